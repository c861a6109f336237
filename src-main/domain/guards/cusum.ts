/**
 * Watching on after full: a cumulative sum of likelihood ratios that forgets good times at once and so notices a later
 * change. With the threshold ln(A) the average number of graded answers until a false alarm is at least A, whatever the
 * rates (Lorden 1971, "Procedures for reacting to a change in distribution", doi:10.1214/aoms/1177693055, theorem 2).
 */

export interface CusumLimits {
  /** Rate of bad answers that is right. */
  readonly tolerated: number;
  /** Rate that shall be noticed. */
  readonly unacceptable: number;
  /** Graded answers until a false alarm, on average at least so many. */
  readonly runLength: number;
}

/** The sum after one more answer; it begins at 0. */
export function addToCusum(sum: number, bad: boolean, { tolerated, unacceptable }: CusumLimits): number {
  const ratio = bad ? Math.log(unacceptable / tolerated) : Math.log1p(-unacceptable) - Math.log1p(-tolerated);
  return Math.max(0, sum + ratio);
}

export function alarms(sum: number, { runLength }: Pick<CusumLimits, 'runLength'>): boolean {
  return sum >= Math.log(runLength);
}
