/** Ids, positions and indices in 32 bits: GPUs do not compute with 64, and what needs them goes to the CPU and back. */

import type { Graph, Value } from '../graph/graph.ts';
import { operators } from '../graph/operators.ts';
import { type Place, rewritten } from '../graph/rewrite.ts';
import { cast } from '../ops/index.ts';

/** The graph with int32 inputs in the place of its int64 ones. Shapes and axes, which are constants, stay as they are. */
export function withNarrowIndices(graph: Graph): Graph {
  return rewritten(graph, {
    inputType: ({ dataType }) => (dataType === 'int64' ? 'int32' : dataType),
    node: (place) => narrowed(place),
  });
}

function narrowed(place: Place): readonly Value[] {
  const { copy, node, inputs } = place;
  const { operator, attributes, domain } = node;
  // https://onnx.ai/onnx/operators/onnx__ScatterND.html takes 64 bits alone, which are only read there.
  const fitting = inputs.map((input, index) => {
    if (!input) return undefined;
    if (operator === 'ScatterND' && index === 1 && input.dataType === 'int32') return cast(input, 'int64');
    if (operator.startsWith('Gather') && index === 1 && input.dataType === 'int64') return narrowConstant(input);
    return input;
  });
  const types = node.outputs.map(({ dataType, shape }) => ({
    dataType: dataType === 'int64' && operators[operator].moves ? fitting[0]!.dataType : dataType,
    shape,
  }));
  return copy.node(operator, fitting, attributes, types, domain).outputs;
}

/** A constant index in 32 bits; what is computed in 64 bits (from shapes) stays. */
function narrowConstant(value: Value): Value {
  const { graph } = value;
  const data = graph.constants.get(value);
  if (!(data instanceof BigInt64Array)) return value;
  return graph.constant(
    `${value.name}_narrow`,
    'int32',
    value.shape as readonly number[],
    Int32Array.from(data, Number),
  );
}
