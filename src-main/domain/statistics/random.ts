/** Chance that can be repeated: the same seed gives the same numbers everywhere. */

/** mulberry32 (Tommy Ettinger, public domain): uniform in [0, 1), 32 bits of state; enough for resampling and shuffling. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
