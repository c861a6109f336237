/** A linear layer with its LoRA adapter: y = x·Wᵀ + b + (alpha/r)·x·Aᵀ·Bᵀ (Hu et al. 2021, arXiv 2106.09685, section 4.1). */

import type { Value } from '../graph/graph.ts';
import { gemm } from '../ops/index.ts';
import type { Scope } from './scope.ts';

export interface LinearOptions {
  readonly bias?: boolean;
  /** The weight lies as (in, out): GPT-2's Conv1D, PEFT's `fan_in_fan_out`. */
  readonly storedInOut?: boolean;
}

/**
 * @param input (rows, in)
 * @param module name of the layer; its weight is `<module>.weight`, stored (out, in) unless `storedInOut`
 * @returns (rows, out)
 */
export function linear(scope: Scope, module: string, input: Value, options: LinearOptions = {}): Value {
  const bias = options.bias ? scope.weight(`${module}.bias`) : undefined;
  const transposeRight = !(options.storedInOut ?? false);
  const output = gemm(input, scope.weight(`${module}.weight`), { transposeRight, bias });
  const adapter = scope.adapter(module);
  if (!adapter) return output;
  const lowRank = adapter.weigh(gemm(adapter.drop(input), adapter.A, { transposeRight: true }));
  // The base's output is the Gemm's additive operand: one pass less over (rows, out).
  return gemm(lowRank, adapter.B, { transposeRight: true, bias: output });
}
