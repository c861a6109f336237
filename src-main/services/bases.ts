/** What an answer rests on. The collection is read once and then followed change by change, in slices between other work. */

import { setImmediate } from 'node:timers/promises';
import type { AskResult } from '../contract/entities.ts';
import { Collection } from '../domain/basis/collection.ts';
import { basisOf } from '../domain/basis/coverage.ts';
import { isAboutDanger } from '../domain/safety/danger.ts';
import type { Context } from './context.ts';

export interface Bases {
  of(question: string): Promise<Pick<AskResult, 'basis' | 'danger'>>;
}

/** Examples read at a time: some ten milliseconds, in which nobody else is served. */
const slice = 100;

export function createBases({ store: { examples } }: Pick<Context, 'store'>): Bases {
  const collection = new Collection();
  let followed: number | null = null;
  let following: Promise<void> | null = null;

  async function follow(): Promise<void> {
    while (followed !== examples.revision()) {
      const [revision, known] = [examples.revision(), followed];
      if (known === null) await inSlices(examples.all(), (example) => collection.put(example));
      else await inSlices(new Set(examples.changedSince(known)), read);
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

async function inSlices<T>(items: Iterable<T>, each: (item: T) => void): Promise<void> {
  let done = 0;
  for (const item of items) {
    each(item);
    done += 1;
    if (done % slice === 0) await setImmediate();
  }
}
