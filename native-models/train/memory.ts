/** How much memory a training step needs, before it is tried: enough to choose a micro-batch and to warn in time. */

import type { Decoder } from '../architectures/index.ts';

const floatBytes = 4;
/** Longer runs gain no speed on a CPU, and pause and cancel would wait for them. */
const largestRunTokens = 2048;
/** Node itself, the runtime and the graph. */
const processBytes = 150e6;

export interface MemoryShape {
  /** Token places of one run. */
  readonly tokens: number;
  /** Longest row: attention scores grow with its square. */
  readonly rowTokens: number;
  /** Trained tokens of one run: logits exist for these alone. */
  readonly trainedTokens: number;
}

/**
 * Bytes that live between forward and backward pass, counted from the graph: for each layer the values that a gradient
 * rule reads again. Measured against whole runs in test/bench.
 */
export function activationBytes(decoder: Decoder, shape: MemoryShape): number {
  const { tokens, rowTokens, trainedTokens } = shape;
  const layer = decoder.linearModules.filter(({ name }) => name.includes('.0.'));
  // A linear layer's output is kept, its input shared with its neighbours; norms, rotations and gates add about as much.
  const perToken = layer.reduce((sum, { outputSize }) => sum + 3 * outputSize, 0) + 6 * decoder.hiddenSize;
  const heads = (layer.find(({ name }) => name.endsWith('q_proj'))?.outputSize ?? 0) / decoder.headDim;
  const scores = 3 * heads * rowTokens;
  const logits = 4 * trainedTokens * decoder.vocabularySize;
  return floatBytes * (decoder.layers * tokens * (perToken + scores) + logits);
}

/** Whole process: weights in float32 (packed for forward and backward), activations, trained values with their gradients, moments and last good copy. */
export function peakBytes(decoder: Decoder, weights: number, trained: number, shape: MemoryShape): number {
  return processBytes + floatBytes * (2 * weights + 5 * trained) + activationBytes(decoder, shape);
}

/** Rows of one run that keep the predicted peak under `memory`; at least one, and never more than the step has. */
export function microBatchRows(
  decoder: Decoder,
  weights: number,
  trained: number,
  memory: number,
  step: { readonly rows: number; readonly rowTokens: number; readonly trainedTokensPerRow: number },
): number {
  const { rowTokens, trainedTokensPerRow } = step;
  let rows = Math.min(step.rows, Math.max(1, Math.floor(largestRunTokens / rowTokens)));
  const peak = (): number =>
    peakBytes(decoder, weights, trained, {
      tokens: rows * rowTokens,
      rowTokens,
      trainedTokens: rows * trainedTokensPerRow,
    });
  while (rows > 1 && peak() > memory) rows--;
  return rows;
}
