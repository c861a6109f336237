/** Reductions: https://onnx.ai/onnx/operators/onnx__ReduceSum.html and its sisters; axes are an input since opset 18. */

import type { Dimension } from '../graph/dimension.ts';
import type { Node, Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, type Ops, outputOf, reasons } from './operator.ts';

function axesOf(node: Node): readonly number[] {
  const axes = inputOf(node, 1);
  return [...(axes.graph.constants.get(axes) as BigInt64Array)].map(Number);
}

/** The gradient of a reduction, repeated over the axes of `input` that were reduced. */
function spread({ expandLike, reshape }: Ops, gradient: Value, input: Value, axes: readonly number[]): Value {
  const kept = input.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return expandLike(reshape(gradient, kept), input);
}

/** Each row by itself, and it stays one. */
const overColumns = (node: Node): boolean => {
  const axes = axesOf(node);
  return node.attributes.keepdims === 1 && axes.length === 1 && axes[0] === 1;
};

/** As the functions below append them. */
export const reduceOperators = defineOperators({
  ReduceSum: {
    rowwise: overColumns,
    gradient: (ops, node, outputs) => {
      const input = inputOf(node, 0);
      return [spread(ops, onlyGradient(outputs), input, axesOf(node)), undefined];
    },
  },
  ReduceMean: {
    rowwise: overColumns,
    gradient: (ops, node, outputs) => {
      const input = inputOf(node, 0);
      const axes = axesOf(node);
      const count = axes.reduce((product, axis) => {
        const dimension = input.shape[axis];
        if (typeof dimension !== 'number') throw new Error('the gradient of ReduceMean needs axes of known size');
        return product * dimension;
      }, 1);
      return [spread(ops, ops.divide(onlyGradient(outputs), input.graph.scalar(count)), input, axes), undefined];
    },
  },
  ReduceLogSumExp: {
    // ∂ log Σ exp(x) / ∂x = softmax(x); every use here reduces the last axis.
    gradient: ({ multiply, reshape, softmax }, node, outputs) => {
      const input = inputOf(node, 0);
      const axes = axesOf(node);
      if (axes.length !== 1 || axes[0] !== input.shape.length - 1) {
        throw new Error('the gradient of ReduceLogSumExp is known for the last axis only');
      }
      const kept = input.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
      return [multiply(softmax(input), reshape(onlyGradient(outputs), kept)), undefined];
    },
  },
  ReduceSumSquare: { noGradient: reasons.backward },
  ReduceMax: { noGradient: reasons.served },
  ReduceMin: { noGradient: reasons.served },
});

function reduce(
  operator: keyof typeof reduceOperators,
  value: Value,
  axes: readonly number[],
  keepDimensions: boolean,
): Value {
  const positive = axes.map((axis) => (axis < 0 ? axis + value.shape.length : axis)).sort((a, b) => a - b);
  const shape = value.shape.flatMap((dimension, axis): Dimension[] =>
    positive.includes(axis) ? (keepDimensions ? [1] : []) : [dimension],
  );
  return outputOf(
    value.graph.node(
      reduceOperators[operator],
      [value, value.graph.integers(...positive)],
      { keepdims: keepDimensions ? 1 : 0 },
      [{ dataType: value.dataType, shape }],
    ),
  );
}

/** Sum over `axes`. */
export const reduceSum = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceSum', value, axes, keepDimensions);

/** Sum of squares over `axes`: https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html */
export const reduceSumSquare = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceSumSquare', value, axes, keepDimensions);

/** Mean over `axes`, whose sizes must be numbers for its gradient. */
export const reduceMean = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceMean', value, axes, keepDimensions);

/** log Σ exp over `axes`, computed without overflow: https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html */
export const reduceLogSumExp = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceLogSumExp', value, axes, keepDimensions);

/** Sum of all elements as a scalar. */
export const sumAll = (value: Value): Value =>
  reduceSum(
    value,
    value.shape.map((_, axis) => axis),
  );

/** Largest element over `axes`. */
export const reduceMax = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceMax', value, axes, keepDimensions);

/** Smallest element over `axes`. */
export const reduceMin = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceMin', value, axes, keepDimensions);
