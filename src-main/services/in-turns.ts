/** Long work between other work: whoever asks meanwhile is answered after some milliseconds. */

import { setImmediate } from 'node:timers/promises';

/** Milliseconds at a time. */
const turn = 8;

/** Runs a generator to its end, letting others in where it stops. @returns what it returns */
export async function inTurns<Result>(work: Generator<unknown, Result>): Promise<Result> {
  let begun = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() - begun < turn) continue;
    await setImmediate();
    begun = performance.now();
  }
}

/** Looks at one item after the other, with a stop after each. */
export function* each<Item>(items: Iterable<Item>, look: (item: Item) => void): Generator<void> {
  for (const item of items) {
    look(item);
    yield;
  }
}
