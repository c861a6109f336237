/**
 * What was collected, in memory: read from the database once, a page at a time, and followed change by change, so that no
 * request goes through a hundred thousand rows for the sake of one.
 */

import type { Example } from '../contract/entities.ts';
import { ExampleIndex } from '../domain/example-index.ts';
import type { Context } from './context.ts';
import { followExamples } from './following.ts';

export interface Collected {
  /** Whether it was collected, as of the last `read`, in these words or in others that count as the same. */
  has(pair: { readonly question: string; readonly answer: string }): boolean;
  /** What is seen in them as the database is now, with splits and findings decided; `look` keeps nothing of the index. */
  read<Seen>(look: (index: ExampleIndex<Example>) => Seen): Promise<Seen>;
}

export function createCollected({ store }: Pick<Context, 'store'>): Collected {
  const index = new ExampleIndex<Example>();
  const follow = followExamples(store, index);
  return {
    has: (pair) => index.has(pair),
    async read(look) {
      await follow();
      return look(index);
    },
  };
}
