/** Operators that pick elements by index: embedding rows, trained positions, the logit of the right token. */

import { elementCount } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { outputOf } from './output.ts';
import { reshape } from './shape.ts';

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

/** The first element of a value, (1). */
export const firstElement = (value: Value): Value =>
  gatherRows(reshape(value, [elementCount(value.shape)]), value.graph.integers(0));

/** 0, 1, 2, … down the rows of `like`, int64 (rows, 1): https://onnx.ai/onnx/operators/onnx__Range.html */
export function rowNumbers(like: Value): Value {
  const { graph } = like;
  const rows = like.shape[0]!;
  const number = (value: bigint): Value => graph.constant('number', 'int64', [], BigInt64Array.of(value));
  const shape = outputOf(graph.node('Shape', [like], { start: 0, end: 1 }, [{ dataType: 'int64', shape: [1] }]));
  const limit = reshape(shape, []);
  const numbers = graph.node('Range', [number(0n), limit, number(1n)], {}, [{ dataType: 'int64', shape: [rows] }]);
  return reshape(outputOf(numbers), [rows, 1]);
}
