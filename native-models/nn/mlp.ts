/** Gated feed-forward block (Shazeer 2020, arXiv 2002.05202): down(activation(gate(x)) ⊙ up(x)). */

import type { Value } from '../graph/graph.ts';
import { geluTanh, multiply, silu, split } from '../ops/index.ts';
import { linear, linears, type NormBefore } from './linear.ts';
import type { Scope } from './scope.ts';

export type Activation = 'silu' | 'gelu_tanh';

export interface MlpOptions {
  readonly bias: boolean;
  readonly activation: Activation;
  /** Width of gate and of up where one matrix holds both (`gate_up_proj`); null where each has its own. */
  readonly fused: number | null;
  /** In front of gate and up; left out: none. */
  readonly norm?: NormBefore;
}

/** (rows, hidden) → (rows, hidden) */
export function gatedMlp(scope: Scope, module: string, input: Value, options: MlpOptions): Value {
  const { bias, fused, norm } = options;
  const [gate, up] =
    fused === null
      ? linears(scope, [`${module}.gate_proj`, `${module}.up_proj`], input, { bias, norm })
      : split(linears(scope, [`${module}.gate_up_proj`], input, { bias, norm })[0]!, 1, [fused, fused]);
  const activated = options.activation === 'silu' ? silu(gate!) : geluTanh(gate!);
  return linear(scope, `${module}.down_proj`, multiply(activated, up!), options);
}
