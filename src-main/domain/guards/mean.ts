/**
 * How strongly values between 0 and 1 speak against a mean, valid at every look: the capital of somebody who bets against
 * it with a grid of constant stakes. Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by
 * betting", doi:10.1093/jrsssb/qkad009 (the hedged capital of section 4, one-sided).
 */

const stakes = 8;

/** ln of the capital under each stake. A new one is made for each value, so that nobody's is changed under them. */
export type Capital = Float64Array;

export const noCapital: Capital = new Float64Array(stakes);

/** Bets that the mean lies above `tolerated`. @param value from 0 to 1 */
export function betAbove(capital: Capital, value: number, tolerated: number): Capital {
  const next = new Float64Array(stakes);
  // Stakes below 1/tolerated keep every factor positive.
  const gain = (value - tolerated) / tolerated / (stakes + 1);
  for (let k = 0; k < stakes; k += 1) next[k] = capital[k]! + Math.log(1 + (k + 1) * gain);
  return next;
}

/** Bets that the mean lies below `unacceptable`. @param value from 0 to 1 */
export function betBelow(capital: Capital, value: number, unacceptable: number): Capital {
  return betAbove(capital, 1 - value, 1 - unacceptable);
}

/** ln E: the mean of all stakes' capital. */
export function evidenceOf(capital: Capital): number {
  let largest = -Infinity;
  for (const log of capital) if (log > largest) largest = log;
  let sum = 0;
  for (const log of capital) sum += Math.exp(log - largest);
  return largest + Math.log(sum / stakes);
}
