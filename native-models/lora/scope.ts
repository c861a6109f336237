/** One adapter on a frozen base, as the layers of a graph see it. */

import type { Graph, Value } from '../graph/graph.ts';
import type { Scope } from '../nn/scope.ts';
import { scale } from '../ops/index.ts';
import type { AdapterShape } from './shape.ts';
import { declareStacks } from './stack.ts';

export interface TrainableScope {
  readonly scope: Scope;
  /** Graph inputs that can be trained, by name. */
  readonly parameters: ReadonlyMap<string, Value>;
}

/** Declares the adapter's stacked tensors as inputs. `drop` is applied to what each adapter reads. */
export function adapterScope(
  base: Pick<Scope, 'weight' | 'matrix'>,
  graph: Graph,
  shape: AdapterShape,
  drop: (module: string, input: Value) => Value = (_, input) => input,
): TrainableScope {
  const stacks = declareStacks(graph, shape.groups, shape.groupRank, shape.dora);
  const adapter: Scope['adapter'] = (module) => {
    const matrices = stacks.matrices(module);
    if (!matrices) return undefined;
    const scaling = shape.scalingOf(module);
    const { A, B, magnitude } = matrices;
    return {
      A,
      B,
      weigh: (lowRank) => scale(lowRank, scaling),
      drop: (input) => drop(module, input),
      dora: magnitude && { magnitude, scaling },
    };
  };
  return { scope: { graph, ...base, adapter }, parameters: stacks.inputs };
}
