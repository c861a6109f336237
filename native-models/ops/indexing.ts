/** Operators that pick elements by index: embedding rows, trained positions, the logit of the right token. */

import type { Value } from '../graph/graph.ts';
import { outputOf } from './output.ts';

/** https://onnx.ai/onnx/operators/onnx__Gather.html along axis 0: rows of `data` (n, …) chosen by `indices` → (…indices, …). */
export function gatherRows(data: Value, indices: Value): Value {
  const shape = [...indices.shape, ...data.shape.slice(1)];
  return outputOf(data.graph.node('Gather', [data, indices], { axis: 0 }, [{ dataType: data.dataType, shape }]));
}

/** https://onnx.ai/onnx/operators/onnx__GatherElements.html along the last axis; `indices` has the rank of `data`. */
export function gatherElements(data: Value, indices: Value): Value {
  return outputOf(
    data.graph.node('GatherElements', [data, indices], { axis: -1 }, [
      { dataType: data.dataType, shape: indices.shape },
    ]),
  );
}
