/** One adapter on a frozen base, as the layers of a graph see it. */

import type { Graph, Value } from '../graph/graph.ts';
import type { Scope } from '../nn/scope.ts';
import { scale } from '../ops/index.ts';
import { joinedLinears } from './joined.ts';
import type { AdapterShape } from './shape.ts';
import { declareStacks } from './stack.ts';

export interface TrainableScope {
  readonly scope: Scope;
  /** Graph inputs that can be trained, by name. */
  readonly parameters: ReadonlyMap<string, Value>;
}

export interface AdapterScopeOptions {
  /** Applied to what each adapter reads; left out: nothing is dropped. */
  readonly drop?: (module: string, input: Value) => Value;
  /** Layers that read the same input are computed as one. */
  readonly joined?: boolean;
}

/** Declares the adapter's stacked tensors as inputs. */
export function adapterScope(
  base: Pick<Scope, 'weight' | 'matrix'>,
  graph: Graph,
  shape: AdapterShape,
  { drop = (_, input) => input, joined = false }: AdapterScopeOptions = {},
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
  const together = joined ? { joined: joinedLinears(base, shape, stacks) } : {};
  return { scope: { graph, ...base, adapter, ...together }, parameters: stacks.inputs };
}
