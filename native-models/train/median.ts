/** The middle of some numbers, 0 of none: first and disturbed runs would pull a mean along. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}

/**
 * Seconds of a step, as the usual one took where the PC slept in its middle: the clock of Windows goes on meanwhile, and a
 * run that goes on until it is known would take a night's sleep for its own time.
 * @param recent seconds of the steps before it
 */
export function withoutSleep(seconds: number, recent: readonly number[]): number {
  const usual = median(recent);
  const slept = recent.length >= 3 && seconds > 60 && seconds > 20 * usual;
  return slept ? usual : seconds;
}
