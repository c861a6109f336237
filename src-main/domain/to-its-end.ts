/** Runs work that stops for others at once to its end: where it is short, or nobody else is there. */
export function toItsEnd<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}
