/**
 * Picks rows as early as possible: whatever computes every row for itself is computed for the picked rows alone.
 * Behind the last attention only the tokens that are trained need the rest of that layer.
 */

import type { Dimension } from '../graph/dimension.ts';
import type { Graph, Node, Value } from '../graph/graph.ts';
import { operators } from '../graph/operators.ts';

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
    const result = graph.node('Gather', [whole, indices], { axis: 0 }, [type]).outputs[0]!;
    known.set(whole, result);
    return result;
  };
  for (const { operator, inputs, attributes, outputs, domain } of nodes) {
    const own = inputs.map((input) => (input && carriesRows(input) ? gathered(input) : input));
    const types = outputs.map(({ dataType, shape }) => ({ dataType, shape: [picked, ...shape.slice(1)] }));
    const copy = graph.node(operator, own, attributes, types, domain);
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
    if (leads && isRowwise(graph, node) && node.outputs.every(onlyInside)) inside.add(node);
  }
  return graph.nodes.filter((node) => inside.has(node));
}

/** Whether each row of the outputs (rows, size) needs only the same row of the inputs that have rows. */
function isRowwise(graph: Graph, { operator, attributes, inputs }: Node): boolean {
  if (operators[operator].elementwise || operator === 'RMSNormalization') return true;
  // The weight is square where as many rows are fed as it has: it must not be taken for rows.
  const separate = inputs[1]?.shape[0] !== inputs[0]!.shape[0];
  if (operator === 'Gemm') return attributes.transA === 0 && separate;
  if (operator === 'FourBitMatMul' || operator === 'Int8MatMul') return separate;
  if (operator === 'Split') return attributes.axis === 1;
  if (operator !== 'ReduceMean' && operator !== 'ReduceSum') return false;
  const axes = inputs[1] && graph.constants.get(inputs[1]);
  return attributes.keepdims === 1 && axes?.length === 1 && Number(axes[0]) === 1;
}
