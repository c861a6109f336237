/**
 * Picks rows as early as possible: whatever computes every row for itself is computed for the picked rows alone.
 * Behind the last attention only the tokens that are trained need the rest of that layer.
 */

import type { Dimension } from '../graph/dimension.ts';
import type { Node, Value } from '../graph/graph.ts';
import { operators } from '../ops/index.ts';

/**
 * Rows of a matrix chosen by `indices`, as `ops.gatherRows` gives them. Appends the picked rows' own computation; what
 * computed all rows and now leads to no output is left to `prune`.
 * @param value (rows, size)
 * @param indices int64 (picked)
 */
export function gatherEarly(value: Value, indices: Value): Value {
  const { graph } = value;
  const [rows] = value.shape as readonly [Dimension];
  const [picked] = indices.shape as readonly [Dimension];
  const carriesRows = ({ shape }: Value): boolean => shape.length === 2 && shape[0] === rows;
  const nodes = rowwiseNodes(value, carriesRows);
  const known = new Map<Value, Value>();
  const gathered = (whole: Value): Value => {
    const earlier = known.get(whole);
    if (earlier) return earlier;
    const type = { dataType: whole.dataType, shape: [picked, ...whole.shape.slice(1)] };
    const result = graph.node(operators.Gather, [whole, indices], { axis: 0 }, [type]).outputs[0]!;
    known.set(whole, result);
    return result;
  };
  for (const { operator, inputs, attributes, outputs } of nodes) {
    const own = inputs.map((input) => (input && carriesRows(input) ? gathered(input) : input));
    const types = outputs.map(({ dataType, shape }) => ({ dataType, shape: [picked, ...shape.slice(1)] }));
    const copy = graph.node(operator, own, attributes, types);
    outputs.forEach((output, index) => known.set(output, copy.outputs[index]!));
  }
  return gathered(value);
}

/** The nodes between `value` and the last values that something else needs too, in execution order. */
function rowwiseNodes(value: Value, carriesRows: (value: Value) => boolean): readonly Node[] {
  const { graph } = value;
  const consumers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input) consumers.set(input, [...(consumers.get(input) ?? []), node]);
  }
  const kept = new Set<Value>(graph.outputs.map((output) => output.value));
  const inside = new Set<Node>();
  const onlyInside = (output: Value): boolean =>
    carriesRows(output) && !kept.has(output) && (consumers.get(output) ?? []).every((node) => inside.has(node));
  for (const node of graph.nodes.toReversed()) {
    const leads = node.outputs.some((output) => output === value || consumers.has(output));
    if (leads && isRowwise(node) && node.outputs.every(onlyInside)) inside.add(node);
  }
  return graph.nodes.filter((node) => inside.has(node));
}

function isRowwise(node: Node): boolean {
  const { rowwise } = node.operator;
  return typeof rowwise === 'function' ? rowwise(node) : rowwise === true;
}
