/** Elementwise operators with multidirectional broadcasting: https://onnx.ai/onnx/operators/ (Add, Sub, Mul, Div, …). */

import { broadcastShapes } from '../graph/dimension.ts';
import type { DataType, Value } from '../graph/graph.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from './gradient.ts';
import { unbroadcast } from './reduce.ts';

function binary(operator: string, left: Value, right: Value, dataType: DataType = left.dataType): Value {
  const shape = broadcastShapes(left.shape, right.shape);
  return outputOf(left.graph.node(operator, [left, right], {}, [{ dataType, shape }]));
}

function unary(operator: string, value: Value): Value {
  return outputOf(value.graph.node(operator, [value], {}, [{ dataType: value.dataType, shape: value.shape }]));
}

/** https://onnx.ai/onnx/operators/onnx__Add.html */
export const add = (left: Value, right: Value): Value => binary('Add', left, right);
/** https://onnx.ai/onnx/operators/onnx__Sub.html */
export const subtract = (left: Value, right: Value): Value => binary('Sub', left, right);
/** https://onnx.ai/onnx/operators/onnx__Mul.html */
export const multiply = (left: Value, right: Value): Value => binary('Mul', left, right);
/** https://onnx.ai/onnx/operators/onnx__Div.html */
export const divide = (left: Value, right: Value): Value => binary('Div', left, right);
/** https://onnx.ai/onnx/operators/onnx__Neg.html */
export const negate = (value: Value): Value => unary('Neg', value);
/** https://onnx.ai/onnx/operators/onnx__Sqrt.html */
export const squareRoot = (value: Value): Value => unary('Sqrt', value);
/** https://onnx.ai/onnx/operators/onnx__Reciprocal.html */
export const reciprocal = (value: Value): Value => unary('Reciprocal', value);
/** https://onnx.ai/onnx/operators/onnx__Sigmoid.html */
export const sigmoid = (value: Value): Value => unary('Sigmoid', value);
/** https://onnx.ai/onnx/operators/onnx__Tanh.html */
export const tanh = (value: Value): Value => unary('Tanh', value);
/** https://onnx.ai/onnx/operators/onnx__Floor.html; its gradient is zero, so it has no rule and must not be differentiated. */
export const floor = (value: Value): Value => unary('Floor', value);
/** Multiplies by a number. */
export const scale = (value: Value, factor: number): Value => multiply(value, value.graph.scalar(factor));

/**
 * SiLU, `x * sigmoid(x)` (Elfwing et al. 2017), as one kernel:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QuickGelu with alpha 1.
 */
export function silu(value: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node('QuickGelu', [value], { alpha: { float: 1 } }, [type], 'com.microsoft'));
}

/** https://onnx.ai/onnx/operators/onnx__Cast.html; only between floating-point types is it differentiable. */
export function cast(value: Value, dataType: DataType): Value {
  if (value.dataType === dataType) return value;
  return outputOf(value.graph.node('Cast', [value], { to: { dataType } }, [{ dataType, shape: value.shape }]));
}

/** https://onnx.ai/onnx/operators/onnx__Less.html, as 0 and 1 in float32: a mask, not differentiable. */
export function lessThan(left: Value, right: Value): Value {
  return cast(binary('Less', left, right, 'bool'), 'float32');
}

/** Gradient rules of this family. */
export const elementwiseGradients: Record<string, GradientRule> = {
  Add: (node, outputs, [left, right]) => {
    const gradient = onlyGradient(outputs);
    return [
      left ? unbroadcast(gradient, inputOf(node, 0).shape) : undefined,
      right ? unbroadcast(gradient, inputOf(node, 1).shape) : undefined,
    ];
  },
  Sub: (node, outputs, [left, right]) => {
    const gradient = onlyGradient(outputs);
    return [
      left ? unbroadcast(gradient, inputOf(node, 0).shape) : undefined,
      right ? unbroadcast(negate(gradient), inputOf(node, 1).shape) : undefined,
    ];
  },
  Mul: (node, outputs, [left, right]) => {
    const gradient = onlyGradient(outputs);
    const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
    return [
      left ? unbroadcast(multiply(gradient, b), a.shape) : undefined,
      right ? unbroadcast(multiply(gradient, a), b.shape) : undefined,
    ];
  },
  Div: (node, outputs, [left, right]) => {
    const gradient = onlyGradient(outputs);
    const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
    const quotient = divide(gradient, b);
    return [
      left ? unbroadcast(quotient, a.shape) : undefined,
      right ? unbroadcast(negate(multiply(quotient, outputOf(node))), b.shape) : undefined,
    ];
  },
  Neg: (_, outputs) => [negate(onlyGradient(outputs))],
  Sqrt: (node, outputs) => [scale(divide(onlyGradient(outputs), outputOf(node)), 0.5)],
  Reciprocal: (node, outputs) => {
    const inverse = outputOf(node);
    return [negate(multiply(onlyGradient(outputs), multiply(inverse, inverse)))];
  },
  Sigmoid: (node, outputs) => {
    const s = outputOf(node);
    return [multiply(onlyGradient(outputs), multiply(s, subtract(node.outputs[0]!.graph.scalar(1), s)))];
  },
  Tanh: (node, outputs) => {
    const t = outputOf(node);
    return [multiply(onlyGradient(outputs), subtract(t.graph.scalar(1), multiply(t, t)))];
  },
  // d/dx x·σ(x) = σ + y·(1 − σ), with y the output.
  QuickGelu: (node, outputs) => {
    const s = sigmoid(inputOf(node, 0));
    const slope = add(s, multiply(outputOf(node), subtract(s.graph.scalar(1), s)));
    return [multiply(onlyGradient(outputs), slope)];
  },
  Cast: (node, outputs) => [cast(onlyGradient(outputs), inputOf(node, 0).dataType)],
};
