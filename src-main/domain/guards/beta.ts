/**
 * The incomplete beta function, in logarithms: with few bad answers among many the tails are far below what a float can
 * hold. Continued fraction by Lentz's method, DLMF 8.17.22 (https://dlmf.nist.gov/8.17).
 */

/** Bernoulli numbers B_2k / (2k·(2k − 1)) of Stirling's series, DLMF 5.11.1. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** From here on seven terms of the series are exact to rounding. */
const stirlingFrom = 12;
/** More terms than any argument of ours needs; the fraction converges in O(√max(a, b)). */
const mostTerms = 10_000;
const precision = 1e-15;
const tiny = 1e-300;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < stirlingFrom; at += 1) shift += Math.log(at);
  let series = 0;
  let power = 1 / at;
  for (const coefficient of stirling) {
    series += coefficient * power;
    power /= at * at;
  }
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** ln B(a, b). */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln I_x(a, b): the probability that a Beta(a, b) lies below x. */
export function logBetaBelow(x: number, a: number, b: number): number {
  if (x <= 0) return -Infinity;
  if (x >= 1) return 0;
  return x < (a + 1) / (a + b + 2) ? logFraction(x, a, b) : Math.log1p(-Math.exp(logFraction(1 - x, b, a)));
}

/** ln(1 − I_x(a, b)): the probability that a Beta(a, b) lies above x. */
export function logBetaAbove(x: number, a: number, b: number): number {
  return logBetaBelow(1 - x, b, a);
}

/** Converges quickly only for x < (a + 1) / (a + b + 2). */
function logFraction(x: number, a: number, b: number): number {
  const front = a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b) - Math.log(a);
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= mostTerms; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const factor = d * c;
    fraction *= factor;
    if (Math.abs(factor - 1) < precision) break;
  }
  return front + Math.log(fraction);
}

function awayFromZero(value: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}
