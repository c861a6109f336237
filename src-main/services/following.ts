/** Keeps what is made of the examples as they are: reads all once, then what changed, in slices between other work. */

import type { Example } from '../contract/entities.ts';
import type { Context } from './context.ts';
import { each, inTurns } from './in-turns.ts';

interface Follower {
  put(example: Example): void;
  remove(id: string): void;
  /** What is done once the changes are in, before anybody looks. */
  decide?(): Generator<unknown>;
}

/** @returns what waits until a follower knows every change there was; those who ask at the same moment wait for one reading */
export function followExamples({ examples }: Context['store'], follower: Follower): () => Promise<void> {
  /** null: nothing was read yet. */
  let followed: number | null = null;
  let following: Promise<void> | null = null;

  async function follow(): Promise<void> {
    while (followed !== examples.revision()) {
      const [revision, known] = [examples.revision(), followed];
      if (known === null) await inTurns(each(examples.all(), (example) => follower.put(example)));
      else await inTurns(each(new Set(examples.changedSince(known)), read));
      if (follower.decide) await inTurns(follower.decide());
      followed = revision;
    }
  }

  function read(id: string): void {
    const example = examples.get(id);
    if (example) follower.put(example);
    else follower.remove(id);
  }

  return async () => {
    // Whoever comes while another's reading ends may have changed something since.
    while (followed !== examples.revision()) {
      following ??= follow().finally(() => (following = null));
      await following;
    }
  };
}
