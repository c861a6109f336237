/** The output head with its loss: whole for a small vocabulary, in parts for a large one. */

import type { Decoder } from '../architectures/index.ts';
import type { Value } from '../graph/graph.ts';
import type { RowRange } from '../models/model-folder.ts';
import { embed } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import { gatherElements, reshape, rowNumbers, unpacked } from '../ops/index.ts';
import { crossEntropy, type Loss, splitCrossEntropy } from './loss.ts';

/** Tokens of the vocabulary whose logits exist at once: 64 KiB for each trained token. */
export const largestPart = 16_384;

/** A frozen head can be split: `rows` is the scope in which every weight is cut to these rows. */
export type RowScope = (rows: RowRange) => Scope;

/** Cuts a vocabulary into equal parts of at most `largest` tokens, the last one shorter. */
export function vocabularyParts(size: number, largest: number): readonly RowRange[] {
  const count = Math.ceil(size / Math.ceil(size / largest));
  return Array.from({ length: Math.ceil(size / count) }, (_, part) => {
    const start = part * count;
    return { start, count: Math.min(count, size - start) };
  });
}

export interface LossInputs {
  /** Of the trained rows: (rows, hidden). */
  readonly hidden: Value;
  /** int64 (rows, 1) */
  readonly targets: Value;
  /** (rows) */
  readonly weights: Value;
}

/**
 * Appends head and loss.
 * @param rowScope undefined where the head's weights are trained: their gradient needs all logits at once
 */
export function appendHead(
  decoder: Decoder,
  scope: Scope,
  { hidden, targets, weights }: LossInputs,
  options: { readonly rowScope?: RowScope | undefined; readonly largestPart: number; readonly withGradient: boolean },
): Loss {
  const { rowScope } = options;
  const parts = vocabularyParts(decoder.vocabularySize, options.largestPart);
  if (!rowScope || parts.length === 1) return crossEntropy(decoder.head(scope, hidden), targets, weights);
  const heads = parts.map((rows) => (value: Value) => decoder.head(unpackedScope(rowScope(rows), value), value));
  return splitCrossEntropy(hidden, heads, targetLogits(decoder, scope, hidden, targets), weights, options.withGradient);
}

/**
 * A scope whose weights stay as they lie. Packed for both orientations, the head of a large vocabulary would take as much
 * again, and its products with all trained tokens at once are hardly faster then.
 */
function unpackedScope(scope: Scope, hidden: Value): Scope {
  return { ...scope, weight: (name) => unpacked(scope.weight(name), hidden) };
}

/** The logit of each row's target, (rows): the diagonal of all rows against all targets, small beside the vocabulary. */
function targetLogits(decoder: Decoder, scope: Scope, hidden: Value, targets: Value): Value {
  const [rows] = hidden.shape as readonly [string];
  const ids = reshape(targets, [rows]);
  const chosen: Scope = { ...scope, weight: (name) => embed(scope, name, ids), matrix: () => undefined };
  return reshape(gatherElements(decoder.head(chosen, hidden), rowNumbers(hidden)), [rows]);
}
