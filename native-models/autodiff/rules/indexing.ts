/** Gradient rules of operators that pick elements by index. */

import { reshape, zerosLike } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from '../rule.ts';

export const indexGradients: Record<string, GradientRule> = {
  // Rows that were picked several times collect the sum: https://onnx.ai/onnx/operators/onnx__ScatterND.html
  Gather: (node, outputs) => {
    const [data, indices] = [inputOf(node, 0), inputOf(node, 1)];
    const zeros = zerosLike(data);
    const type = { dataType: data.dataType, shape: data.shape };
    const places = reshape(indices, [...indices.shape, 1]);
    const scattered = data.graph.node('ScatterND', [zeros, places, onlyGradient(outputs)], { reduction: 'add' }, [
      type,
    ]);
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
