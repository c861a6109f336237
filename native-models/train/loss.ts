/** Cross entropy of chosen tokens, as transformers computes it, but only where a token is trained. */

import { pullback } from '../autodiff/gradients.ts';
import type { Value } from '../graph/graph.ts';
import * as op from '../ops/index.ts';

/** A loss and where its gradient enters the graph. */
export interface Loss {
  /** A scalar. */
  readonly value: Value;
  /** Appends the gradients of the loss by some values, from which the rest follows (`pullback`). */
  readonly gradients: () => ReadonlyMap<Value, Value>;
  /** Appends by how much each target's logit falls short of the largest one, (rows): 0 where greedy decoding picks it. */
  readonly shortfall: () => Value;
}

/**
 * Σ weight · (log Σ exp(logits) − logit of the target).
 * @param logits (rows, vocabulary)
 * @param targets int64 (rows, 1)
 * @param weights (rows)
 */
export function crossEntropy(logits: Value, targets: Value, weights: Value): Loss {
  const right = op.reshape(op.gatherElements(logits, targets), weights.shape);
  const value = op.sumAll(op.multiply(weights, op.subtract(op.reduceLogSumExp(logits, [-1]), right)));
  return {
    value,
    gradients: () => new Map([[value, value.graph.scalar(1)]]),
    shortfall: () => op.subtract(op.reduceMax(logits, [-1]), right),
  };
}

/** Logits of some of the vocabulary: (rows, hidden) → (rows, part). */
export type HeadPart = (hidden: Value) => Value;

/**
 * The same with the vocabulary in parts, so that the logits of all tokens never exist at once. Each part is reduced to
 * its largest logit m, Σ exp(logit − m) and the gradient that flows back from exp(logit − m); once all parts are known,
 * log Σ exp and its gradient are sums of these, each times exp(m − log Σ exp). Exact, and no product is computed twice:
 * the running softmax of Milakov & Gimelshein 2018 (arXiv 1805.02867) with its gradient taken along.
 * @param hidden (rows, hidden)
 * @param targetLogits (rows)
 * @param weights (rows)
 */
export function splitCrossEntropy(
  hidden: Value,
  parts: readonly HeadPart[],
  targetLogits: Value,
  weights: Value,
  withGradient: boolean,
): Loss {
  const [rows, size] = hidden.shape as readonly [string, number];
  const reduced = parts.map((part) => {
    const logits = part(hidden);
    const largest = op.reduceMax(logits, [-1], true);
    const shares = op.exponential(op.subtract(logits, largest));
    const sum = op.reduceSum(shares, [-1], true);
    if (!withGradient) return op.split(op.concatenate([largest, sum], 1), 1, [1, 1]);
    const back = pullback(new Map([[logits, shares]]), [hidden]);
    // Joined and split again, so that a part is done with before the next one begins: they would pile up otherwise.
    return op.split(op.concatenate([largest, sum, ...back], 1), 1, [1, 1, size]);
  });
  const largest = reduced.map(([m]) => m!).reduce(op.maximum);
  const total = reduced.map(([m, sum]) => op.multiply(sum!, op.exponential(op.subtract(m!, largest)))).reduce(op.add);
  const logSumExp = op.add(largest, op.logarithm(total));
  const value = op.sumAll(op.multiply(weights, op.subtract(op.reshape(logSumExp, [rows]), targetLogits)));
  const gradients = (): ReadonlyMap<Value, Value> => {
    const byPart = reduced.map(([m, , back]) => op.multiply(back!, op.exponential(op.subtract(m!, logSumExp))));
    return new Map([
      [hidden, op.multiply(byPart.reduce(op.add), op.reshape(weights, [rows, 1]))],
      [targetLogits, op.negate(weights)],
    ]);
  };
  return { value, gradients, shortfall: () => op.subtract(op.reshape(largest, [rows]), targetLogits) };
}
