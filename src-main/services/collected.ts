/**
 * What was collected, in memory: read from the database once, a page at a time, and followed change by change, so that no
 * request goes through a hundred thousand rows for the sake of one.
 */

import type { Example } from '../contract/entities.ts';
import { ExampleIndex } from '../domain/example-index.ts';
import type { Context } from './context.ts';
import { each, inTurns } from './in-turns.ts';

export interface Collected {
  /** Whether it was collected, as of the last `read`, in these words or in others that count as the same. */
  has(pair: { readonly question: string; readonly answer: string }): boolean;
  /** What is seen in them as the database is now, with splits and findings decided; `look` keeps nothing of the index. */
  read<Seen>(look: (index: ExampleIndex<Example>) => Seen): Promise<Seen>;
}

export function createCollected({ store: { examples } }: Pick<Context, 'store'>): Collected {
  const index = new ExampleIndex<Example>();
  /** null: nothing was read yet. */
  let followed: number | null = null;
  let following: Promise<void> | null = null;

  async function follow(): Promise<void> {
    while (followed !== examples.revision()) {
      const [revision, known] = [examples.revision(), followed];
      if (known === null) await inTurns(each(examples.all(), (example) => index.put(example)));
      else await inTurns(each(new Set(examples.changedSince(known)), read));
      await inTurns(index.decide());
      followed = revision;
    }
  }

  function read(id: string): void {
    const example = examples.get(id);
    if (example) index.put(example);
    else index.remove(id);
  }

  return {
    has: (pair) => index.has(pair),
    async read(look) {
      // Whoever comes while another's reading ends may have changed something since.
      while (followed !== examples.revision()) {
        following ??= follow().finally(() => (following = null));
        await following;
      }
      return look(index);
    },
  };
}
