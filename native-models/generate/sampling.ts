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
  const weights = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const order = weights.map((_, index) => index).sort((a, b) => weights[b]! - weights[a]! || a - b);
  // The smallest set of tokens whose share reaches topP, at least one.
  let share = 0;
  const nucleus = order.slice(
    0,
    1 + order.findIndex((index) => (share += weights[index]! / total) >= topP) || undefined,
  );
  let point = random.fraction() * nucleus.reduce((sum, index) => sum + weights[index]!, 0);
  return nucleus.find((index) => (point -= weights[index]!) < 0) ?? nucleus.at(-1)!;
}
