/** Ids, positions and indices in 32 bits: GPUs do not compute with 64, and what needs them goes to the CPU and back. */

import type { Graph, Value } from '../graph/graph.ts';
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
  const { operator, attributes } = node;
  // Wide ones are only read there.
  const fitting = inputs.map((input, index) => {
    if (!input) return undefined;
    if (index !== 1 || operator.indices === undefined) return input;
    if (operator.indices === 'wide') return input.dataType === 'int32' ? cast(input, 'int64') : input;
    return input.dataType === 'int64' ? narrowConstant(input) : input;
  });
  const types = node.outputs.map(({ dataType, shape }) => ({
    dataType: dataType === 'int64' && operator.moves ? fitting[0]!.dataType : dataType,
    shape,
  }));
  return copy.node(operator, fitting, attributes, types).outputs;
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
