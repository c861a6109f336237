/** Elementwise operators with multidirectional broadcasting: https://onnx.ai/onnx/operators/ (Add, Sub, Mul, Div, …). */

import { broadcastShapes } from '../graph/dimension.ts';
import type { DataType, Value } from '../graph/graph.ts';
import type { OperatorName } from '../graph/operators.ts';
import { outputOf } from './output.ts';

function binary(operator: OperatorName, left: Value, right: Value, dataType: DataType = left.dataType): Value {
  const shape = broadcastShapes(left.shape, right.shape);
  return outputOf(left.graph.node(operator, [left, right], {}, [{ dataType, shape }]));
}

function unary(operator: OperatorName, value: Value): Value {
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
/** https://onnx.ai/onnx/operators/onnx__Round.html, halves to the even number; used where no gradient flows, so it has no rule. */
export const round = (value: Value): Value => unary('Round', value);
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

/**
 * The same value as a constant for differentiation: https://onnx.ai/onnx/operators/onnx__Identity.html, which autodiff
 * does not pass.
 */
export const constant = (value: Value): Value => unary('Identity', value);

/** cap · tanh(x / cap): squeezes values into ±cap (Gemma 2, arXiv 2408.00118, section 2). */
export const softcap = (value: Value, cap: number): Value => scale(tanh(scale(value, 1 / cap)), cap);

/** GELU's tanh form, ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) (Hendrycks & Gimpel 2016, arXiv 1606.08415). */
export function geluTanh(value: Value): Value {
  const cubic = add(value, scale(multiply(multiply(value, value), value), 0.044715));
  const gate = add(tanh(scale(cubic, Math.sqrt(2 / Math.PI))), value.graph.scalar(1));
  return multiply(scale(value, 0.5), gate);
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

/**
 * The same value, but not before `scalar` is computed: https://onnx.ai/onnx/operators/onnx__Where.html with a condition
 * that never holds. Bit for bit equal whatever the scalar is, NaN included; not differentiable.
 */
export function computedAfter(value: Value, scalar: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node('Where', [value.graph.never(), scalar, value], {}, [type]));
}

/** https://onnx.ai/onnx/operators/onnx__Exp.html; used where no gradient flows, so it has no rule. */
export const exponential = (value: Value): Value => unary('Exp', value);
/** https://onnx.ai/onnx/operators/onnx__Log.html; used where no gradient flows, so it has no rule. */
export const logarithm = (value: Value): Value => unary('Log', value);
/** https://onnx.ai/onnx/operators/onnx__Max.html of two values; used where no gradient flows, so it has no rule. */
export const maximum = (left: Value, right: Value): Value => binary('Max', left, right);
