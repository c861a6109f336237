/** Reductions: https://onnx.ai/onnx/operators/onnx__ReduceSum.html and its sisters; axes are an input since opset 18. */

import { type Dimension, type Shape, sameShape } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { divide, multiply } from './elementwise.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from './gradient.ts';
import { softmax } from './normalization.ts';
import { expandLike, reshape } from './shape.ts';

function reduce(operator: string, value: Value, axes: readonly number[], keepDimensions: boolean): Value {
  const positive = axes.map((axis) => (axis < 0 ? axis + value.shape.length : axis)).sort((a, b) => a - b);
  const shape = value.shape.flatMap((dimension, axis): Dimension[] =>
    positive.includes(axis) ? (keepDimensions ? [1] : []) : [dimension],
  );
  return outputOf(
    value.graph.node(operator, [value, value.graph.integers(...positive)], { keepdims: keepDimensions ? 1 : 0 }, [
      { dataType: value.dataType, shape },
    ]),
  );
}

/** Sum over `axes`. */
export const reduceSum = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceSum', value, axes, keepDimensions);

/** Mean over `axes`, whose sizes must be numbers for its gradient. */
export const reduceMean = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceMean', value, axes, keepDimensions);

/** log Σ exp over `axes`, computed without overflow: https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html */
export const reduceLogSumExp = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceLogSumExp', value, axes, keepDimensions);

/** Sums a gradient over the axes along which an input was broadcast, so that it has the input's shape again. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dimension, axis) => {
    const original = axis < extra ? undefined : shape[axis - extra];
    return original === undefined || (original === 1 && dimension !== 1) ? [axis] : [];
  });
  return reshape(reduceSum(gradient, axes, true), shape);
}

/** Spreads the gradient of a reduction back over the reduced axes. */
function spread(gradient: Value, input: Value, axes: readonly number[]): Value {
  const kept = input.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return expandLike(reshape(gradient, kept), input);
}

function axesOf(input: Value, axes: Value): number[] {
  const data = input.graph.constants.get(axes) as BigInt64Array;
  return [...data].map(Number);
}

/** Gradient rules of this family. */
export const reduceGradients: Record<string, GradientRule> = {
  ReduceSum: (node, outputs) => {
    const input = inputOf(node, 0);
    return [spread(onlyGradient(outputs), input, axesOf(input, inputOf(node, 1))), undefined];
  },
  ReduceMean: (node, outputs) => {
    const input = inputOf(node, 0);
    const axes = axesOf(input, inputOf(node, 1));
    const count = axes.reduce((product, axis) => {
      const dimension = input.shape[axis];
      if (typeof dimension !== 'number') throw new Error('the gradient of ReduceMean needs axes of known size');
      return product * dimension;
    }, 1);
    return [spread(divide(onlyGradient(outputs), input.graph.scalar(count)), input, axes), undefined];
  },
  // ∂ log Σ exp(x) / ∂x = softmax(x); every use here reduces the last axis.
  ReduceLogSumExp: (node, outputs) => {
    const input = inputOf(node, 0);
    const axes = axesOf(input, inputOf(node, 1));
    if (axes.length !== 1 || axes[0] !== input.shape.length - 1) {
      throw new Error('the gradient of ReduceLogSumExp is known for the last axis only');
    }
    const kept = input.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
    return [multiply(softmax(input), reshape(onlyGradient(outputs), kept)), undefined];
  },
};
