/** Choosing the next token: greedy, or temperature with nucleus sampling (Holtzman et al. 2020, arXiv 1904.09751). */

import type { SamplingSettings } from '../jobs.ts';
import type { Random } from '../random.ts';

/** Index of the largest logit; the first of equals, as torch.argmax. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  for (let index = 1; index < logits.length; index++) if (logits[index]! > logits[best]!) best = index;
  return best;
}

/** The next token id. Temperature 0 is greedy and uses no random number. */
export function chooseToken(
  logits: Float32Array,
  { temperature, topP }: Pick<SamplingSettings, 'temperature' | 'topP'>,
  random: Random,
): number {
  if (temperature === 0) return argmax(logits);
  const largest = logits[argmax(logits)]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  let total = 0;
  for (const weight of weights) total += weight;
  // The smallest set of tokens whose share reaches topP, at least one.
  const nucleus: number[] = [];
  let share = 0;
  for (const index of descending(logits)) {
    nucleus.push(index);
    share += weights[index]! / total;
    if (share >= topP) break;
  }
  return nucleus[random.weighted(nucleus.map((index) => weights[index]!))] ?? nucleus.at(-1)!;
}

/** What a logit is lessened by to be the natural logarithm of its token's share of all, at temperature 1. */
export function logTotal(logits: Float32Array): number {
  const largest = logits[argmax(logits)]!;
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - largest);
  return largest + Math.log(total);
}

/** The likeliest tokens, the first of equals first. */
export function likeliest(logits: Float32Array, count: number): readonly number[] {
  const found: number[] = [];
  if (count === 0) return found;
  for (const index of descending(logits)) if (found.push(index) === count) break;
  return found;
}

/** How far below the largest logit those lie that are put in order at first. */
const firstDepth = 8;

/** Indices from the largest logit to the smallest, equals in order: the large ones first, since nobody asks for most. */
function* descending(logits: Float32Array): Generator<number> {
  const largest = logits[argmax(logits)]!;
  let [upper, given] = [Infinity, 0];
  for (let depth = firstDepth; given < logits.length; depth *= 4) {
    const lower = depth > 1e4 ? -Infinity : largest - depth;
    const next: number[] = [];
    for (let index = 0; index < logits.length; index++) {
      if (logits[index]! >= lower && logits[index]! < upper) next.push(index);
    }
    next.sort((a, b) => logits[b]! - logits[a]! || a - b);
    yield* next;
    given += next.length;
    upper = lower;
    if (lower === -Infinity) return;
  }
}
