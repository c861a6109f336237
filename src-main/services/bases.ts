/** What an answer rests on. The collection is read once and then followed change by change, in slices between other work. */

import type { AskResult } from '../contract/entities.ts';
import { Collection } from '../domain/basis/collection.ts';
import { basisOf } from '../domain/basis/coverage.ts';
import { isAboutDanger } from '../domain/safety/danger.ts';
import type { Context } from './context.ts';
import { each, inTurns } from './in-turns.ts';

export interface Bases {
  of(question: string): Promise<Pick<AskResult, 'basis' | 'danger'>>;
}

export function createBases({ store: { examples } }: Pick<Context, 'store'>): Bases {
  const collection = new Collection();
  let followed: number | null = null;
  let following: Promise<void> | null = null;

  async function follow(): Promise<void> {
    while (followed !== examples.revision()) {
      const [revision, known] = [examples.revision(), followed];
      if (known === null) await inTurns(each(examples.all(), (example) => collection.put(example)));
      else await inTurns(each(new Set(examples.changedSince(known)), read));
      followed = revision;
    }
  }

  function read(id: string): void {
    const example = examples.get(id);
    if (example) collection.put(example);
    else collection.remove(id);
  }

  return {
    async of(question) {
      following ??= follow().finally(() => (following = null));
      await following;
      return { basis: basisOf(question, collection), danger: isAboutDanger(question) };
    },
  };
}
