/** SwiGLU feed-forward block (Shazeer 2020, arXiv 2002.05202): down(silu(gate(x)) ⊙ up(x)). */

import type { Value } from '../graph/graph.ts';
import { multiply, silu } from '../ops/index.ts';
import { linear } from './linear.ts';
import type { Scope } from './scope.ts';

/** (rows, hidden) → (rows, hidden) */
export function gatedMlp(scope: Scope, module: string, input: Value, options: { readonly bias: boolean }): Value {
  const gate = linear(scope, `${module}.gate_proj`, input, options);
  const up = linear(scope, `${module}.up_proj`, input, options);
  return linear(scope, `${module}.down_proj`, multiply(silu(gate), up), options);
}
