/** Operators that pick elements by index: embedding rows, trained positions, the logit of the right token. */

import { elementCount } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons } from './operator.ts';
import { reshape, shapeOperators } from './shape.ts';

/** As the functions below, and gradients, append them. */
export const indexingOperators = defineOperators({
  Gather: {
    moves: true,
    indices: 'narrow',
    // Rows that were picked several times collect the sum.
    gradient: ({ addedRows, reshape, zerosLike }, node, outputs) => {
      if (node.attributes.axis !== 0) throw new Error('the gradient of Gather needs the first axis');
      const [data, indices] = [inputOf(node, 0), inputOf(node, 1)];
      const zeros = zerosLike(data);
      const places = reshape(indices, [...indices.shape, 1]);
      return [addedRows(zeros, places, onlyGradient(outputs)), undefined];
    },
  },
  GatherElements: {
    indices: 'narrow',
    gradient: ({ addedElements, zerosLike }, node, outputs) => [
      addedElements(zerosLike(inputOf(node, 0)), inputOf(node, 1), onlyGradient(outputs)),
      undefined,
    ],
  },
  ScatterND: { memory: [0], indices: 'wide', noGradient: reasons.backward },
  ScatterElements: { memory: [0], noGradient: reasons.backward },
  Range: { noGradient: reasons.whole },
});

/** https://onnx.ai/onnx/operators/onnx__Gather.html along axis 0: rows of `data` (n, …) chosen by `indices` → (…indices, …). */
export function gatherRows(data: Value, indices: Value): Value {
  const shape = [...indices.shape, ...data.shape.slice(1)];
  return outputOf(
    data.graph.node(indexingOperators.Gather, [data, indices], { axis: 0 }, [{ dataType: data.dataType, shape }]),
  );
}

/** The same along any axis with indices (picked), not differentiable along others than the first. */
export function gatherAlong(data: Value, indices: Value, axis: number): Value {
  const shape = data.shape.map((size, index) => (index === axis ? indices.shape[0]! : size));
  return outputOf(
    data.graph.node(indexingOperators.Gather, [data, indices], { axis }, [{ dataType: data.dataType, shape }]),
  );
}

/** https://onnx.ai/onnx/operators/onnx__GatherElements.html along the last axis; `indices` has the rank of `data`. */
export function gatherElements(data: Value, indices: Value): Value {
  return outputOf(
    data.graph.node(indexingOperators.GatherElements, [data, indices], { axis: -1 }, [
      { dataType: data.dataType, shape: indices.shape },
    ]),
  );
}

/** https://onnx.ai/onnx/operators/onnx__ScatterND.html: `data` with `updates` added to the rows at `places` (…, 1). */
export function addedRows(data: Value, places: Value, updates: Value): Value {
  const type = { dataType: data.dataType, shape: data.shape };
  const inputs = [data, places, updates];
  return outputOf(data.graph.node(indexingOperators.ScatterND, inputs, { reduction: 'add' }, [type]));
}

/** https://onnx.ai/onnx/operators/onnx__ScatterElements.html along the last axis: `data` with `updates` added at `indices`. */
export function addedElements(data: Value, indices: Value, updates: Value): Value {
  const type = { dataType: data.dataType, shape: data.shape };
  const attributes = { axis: data.shape.length - 1, reduction: 'add' };
  return outputOf(data.graph.node(indexingOperators.ScatterElements, [data, indices, updates], attributes, [type]));
}

/** The first element of a value, (1). */
export const firstElement = (value: Value): Value =>
  gatherRows(reshape(value, [elementCount(value.shape)]), value.graph.integers(0));

/** 0, 1, 2, … down the rows of `like`, int64 (rows, 1): https://onnx.ai/onnx/operators/onnx__Range.html */
export function rowNumbers(like: Value): Value {
  const { graph } = like;
  const rows = like.shape[0]!;
  const number = (value: bigint): Value => graph.constant('number', 'int64', [], BigInt64Array.of(value));
  const shape = outputOf(
    graph.node(shapeOperators.Shape, [like], { start: 0, end: 1 }, [{ dataType: 'int64', shape: [1] }]),
  );
  const limit = reshape(shape, []);
  const numbers = graph.node(indexingOperators.Range, [number(0n), limit, number(1n)], {}, [
    { dataType: 'int64', shape: [rows] },
  ]);
  return reshape(outputOf(numbers), [rows, 1]);
}
