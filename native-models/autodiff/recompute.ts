/**
 * Gradient checkpointing (Chen et al. 2016, arXiv 1604.06174): what lies between two kept values is computed again on
 * the way back, so that forward only the kept values stay in memory.
 */

import type { Graph, Node, Value } from '../graph/graph.ts';
import { computedAfter, concatenate, firstElement, reduceMax } from '../ops/index.ts';

export interface Recomputation {
  /**
   * The node to differentiate in place of one of the forward pass: itself, or its copy. To be asked from back to front.
   * @param gradientOf the gradient known so far of a value
   */
  readonly nodeFor: (node: Node, gradientOf: (value: Value) => Value) => Node;
  /** Tells that the gradient of `input` was found while going back through `node`. */
  readonly found: (node: Node, input: Value) => void;
}

/**
 * Cuts the forward pass at the kept values; of each stretch between two neighbours a copy is appended when the walk back
 * reaches it. The copies wait for every gradient that the stretch behind them gives: a runtime would otherwise compute
 * them early, or keep the stretch behind alive. What stands before the first and behind the last cut is not copied.
 * @param kept in execution order
 */
export function recomputation(graph: Graph, kept: readonly Value[]): Recomputation {
  const nodes = [...graph.nodes];
  const cuts = kept.map(({ producer }) => nodes.indexOf(producer!) + 1);
  const place = new Map(nodes.map((node, index) => [node, index]));
  const stretchOf = (node: Node | undefined): number =>
    node === undefined ? 0 : cuts.filter((cut) => cut <= place.get(node)!).length;
  let current = cuts.length;
  let copies = new Map<Node, Node>();
  const left = new Set<Value>();
  return {
    nodeFor(node, gradientOf) {
      const stretch = stretchOf(node);
      if (stretch < current) {
        current = stretch;
        const stretchNodes = stretch === 0 ? [] : nodes.slice(cuts[stretch - 1], cuts[stretch]);
        copies = copyNodes(stretchNodes, kept[stretch - 1], [...left].map(gradientOf));
        left.clear();
      }
      return copies.get(node) ?? node;
    },
    found(node, input) {
      if (stretchOf(input.producer) !== stretchOf(node)) left.add(input);
    },
  };
}

/** Copies nodes that read `entry`, or other values that are not fixed; those values come after the gradients. */
function copyNodes(nodes: readonly Node[], entry: Value | undefined, gradients: readonly Value[]): Map<Node, Node> {
  const copies = new Map<Node, Node>();
  if (!entry || nodes.length === 0) return copies;
  const { graph } = entry;
  const after = anyOf(gradients);
  const again = new Map<Value, Value>([[entry, computedAfter(entry, after)]]);
  const isFixed = (value: Value): boolean =>
    graph.constants.has(value) ||
    graph.externals.has(value) ||
    (value.producer !== undefined && value.producer.inputs.every((input) => !input || isFixed(input)));
  /** Dropout's noise, DoRA's weights: what does not come from the entry would be computed early and kept otherwise. */
  const late = (value: Value | undefined): void => {
    if (!value || value.dataType !== 'float32' || again.has(value) || isFixed(value)) return;
    again.set(value, computedAfter(value, after));
  };
  for (const node of nodes) {
    const { attributes, inputs, operator, outputs } = node;
    if (!inputs.some((input) => input && again.has(input))) inputs.forEach(late);
    if (!inputs.some((input) => input && again.has(input))) continue;
    const own = inputs.map((input) => input && (again.get(input) ?? input));
    const copy = graph.node(operator, own, attributes, outputs);
    outputs.forEach((output, index) => again.set(output, copy.outputs[index]!));
    copies.set(node, copy);
  }
  return copies;
}

/** A scalar that exists once all values do; what it is does not matter. */
function anyOf(values: readonly Value[]): Value {
  const first = values.map(firstElement);
  return reduceMax(concatenate(first, 0), [0]);
}
