/** Reductions: https://onnx.ai/onnx/operators/onnx__ReduceSum.html and its sisters; axes are an input since opset 18. */

import type { Dimension } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { OperatorName } from '../graph/operators.ts';
import { outputOf } from './output.ts';

function reduce(operator: OperatorName, value: Value, axes: readonly number[], keepDimensions: boolean): Value {
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

/** Sum of all elements as a scalar. */
export const sumAll = (value: Value): Value =>
  reduceSum(
    value,
    value.shape.map((_, axis) => axis),
  );

/** Largest element over `axes`; used where no gradient flows, so it has no rule. */
export const reduceMax = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceMax', value, axes, keepDimensions);

/** Smallest element over `axes`; used where no gradient flows, so it has no rule. */
export const reduceMin = (value: Value, axes: readonly number[], keepDimensions = false): Value =>
  reduce('ReduceMin', value, axes, keepDimensions);
