/** Cross entropy of chosen tokens, as transformers computes it, but only where a token is trained. */

import type { Value } from '../graph/graph.ts';
import { gatherElements, multiply, reduceLogSumExp, reshape, subtract, sumAll } from '../ops/index.ts';

/**
 * Σ weight · (log Σ exp(logits) − logit of the target).
 * @param logits (rows, vocabulary)
 * @param targets int64 (rows, 1)
 * @param weights (rows)
 * @returns a scalar
 */
export function crossEntropy(logits: Value, targets: Value, weights: Value): Value {
  const right = reshape(gatherElements(logits, targets), weights.shape);
  return sumAll(multiply(weights, subtract(reduceLogSumExp(logits, [-1]), right)));
}
