/** Operators that pick elements by index: embedding rows, trained positions, the logit of the right token. */

import type { Value } from '../graph/graph.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from './gradient.ts';
import { reshape, zerosLike } from './shape.ts';

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

/** Gradient rules of this family. */
export const indexGradients: Record<string, GradientRule> = {
  // Rows that were picked several times collect the sum: https://onnx.ai/onnx/operators/onnx__ScatterND.html
  Gather: (node, outputs) => {
    const [data, indices] = [inputOf(node, 0), inputOf(node, 1)];
    const zeros = zerosLike(data);
    const type = { dataType: data.dataType, shape: data.shape };
    const places = reshape(indices, [...indices.shape, 1]);
    const scattered = data.graph.node('ScatterND', [zeros, places, onlyGradient(outputs)], { reduction: 'add' }, [type]);
    return [outputOf(scattered), undefined];
  },
  // https://onnx.ai/onnx/operators/onnx__ScatterElements.html
  GatherElements: (node, outputs) => {
    const [data, indices] = [inputOf(node, 0), inputOf(node, 1)];
    const type = { dataType: data.dataType, shape: data.shape };
    const attributes = { axis: data.shape.length - 1, reduction: 'add' };
    const inputs = [zerosLike(data), indices, onlyGradient(outputs)];
    return [outputOf(data.graph.node('ScatterElements', inputs, attributes, [type])), undefined];
  },
};
