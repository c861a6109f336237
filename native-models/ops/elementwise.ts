/** Elementwise operators with multidirectional broadcasting: https://onnx.ai/onnx/operators/ (Add, Sub, Mul, Div, …). */

import { broadcastShapes } from '../graph/dimension.ts';
import type { DataType, Value } from '../graph/graph.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons } from './operator.ts';

/** As the functions below append them. */
export const elementwiseOperators = defineOperators({
  Add: {
    memory: [0, 1],
    rowwise: true,
    gradient: ({ unbroadcast }, node, outputs, [left, right]) => {
      const gradient = onlyGradient(outputs);
      return [
        left ? unbroadcast(gradient, inputOf(node, 0).shape) : undefined,
        right ? unbroadcast(gradient, inputOf(node, 1).shape) : undefined,
      ];
    },
  },
  Sub: {
    memory: [0, 1],
    rowwise: true,
    gradient: ({ negate, unbroadcast }, node, outputs, [left, right]) => {
      const gradient = onlyGradient(outputs);
      return [
        left ? unbroadcast(gradient, inputOf(node, 0).shape) : undefined,
        right ? unbroadcast(negate(gradient), inputOf(node, 1).shape) : undefined,
      ];
    },
  },
  Mul: {
    memory: [0, 1],
    rowwise: true,
    gradient: ({ multiply, unbroadcast }, node, outputs, [left, right]) => {
      const gradient = onlyGradient(outputs);
      const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
      return [
        left ? unbroadcast(multiply(gradient, b), a.shape) : undefined,
        right ? unbroadcast(multiply(gradient, a), b.shape) : undefined,
      ];
    },
  },
  Div: {
    memory: [0, 1],
    rowwise: true,
    gradient: ({ divide, multiply, negate, unbroadcast }, node, outputs, [left, right]) => {
      const gradient = onlyGradient(outputs);
      const [a, b] = [inputOf(node, 0), inputOf(node, 1)];
      const quotient = divide(gradient, b);
      return [
        left ? unbroadcast(quotient, a.shape) : undefined,
        right ? unbroadcast(negate(multiply(quotient, outputOf(node))), b.shape) : undefined,
      ];
    },
  },
  Neg: {
    memory: [0],
    rowwise: true,
    gradient: ({ negate }, _, outputs) => [negate(onlyGradient(outputs))],
  },
  Sqrt: {
    memory: [0],
    rowwise: true,
    gradient: ({ divide, scale }, node, outputs) => [scale(divide(onlyGradient(outputs), outputOf(node)), 0.5)],
  },
  Reciprocal: {
    memory: [0],
    rowwise: true,
    gradient: ({ multiply, negate }, node, outputs) => {
      const inverse = outputOf(node);
      return [negate(multiply(onlyGradient(outputs), multiply(inverse, inverse)))];
    },
  },
  Sigmoid: {
    memory: [0],
    rowwise: true,
    gradient: ({ multiply, subtract }, node, outputs) => {
      const s = outputOf(node);
      return [multiply(onlyGradient(outputs), multiply(s, subtract(node.outputs[0]!.graph.scalar(1), s)))];
    },
  },
  Tanh: {
    memory: [0],
    rowwise: true,
    gradient: ({ multiply, subtract }, node, outputs) => {
      const t = outputOf(node);
      return [multiply(onlyGradient(outputs), subtract(t.graph.scalar(1), multiply(t, t)))];
    },
  },
  QuickGelu: {
    domain: 'com.microsoft',
    rowwise: true,
    // d/dx x·σ(x) = σ + y·(1 − σ), with y the output.
    gradient: ({ add, multiply, sigmoid, subtract }, node, outputs) => {
      const s = sigmoid(inputOf(node, 0));
      const slope = add(s, multiply(outputOf(node), subtract(s.graph.scalar(1), s)));
      return [multiply(onlyGradient(outputs), slope)];
    },
  },
  Cast: {
    rowwise: true,
    gradient: ({ cast }, node, outputs) => [cast(onlyGradient(outputs), inputOf(node, 0).dataType)],
  },
  Floor: { memory: [0], rowwise: true, noGradient: reasons.flat },
  Round: { noGradient: reasons.flat },
  Less: { rowwise: true, noGradient: reasons.flat },
  Where: { moves: true, noGradient: reasons.served },
  Identity: { memory: 'view', constant: true },
  Exp: { noGradient: reasons.backward },
  Log: { noGradient: reasons.backward },
  Max: { noGradient: reasons.backward },
  Pow: { noGradient: reasons.backward },
  GatedAdd: { domain: 'com.microsoft', noGradient: reasons.backward },
});

type ElementwiseName = keyof typeof elementwiseOperators;

function binary(operator: ElementwiseName, left: Value, right: Value, dataType: DataType = left.dataType): Value {
  const shape = broadcastShapes(left.shape, right.shape);
  return outputOf(left.graph.node(elementwiseOperators[operator], [left, right], {}, [{ dataType, shape }]));
}

function unary(operator: ElementwiseName, value: Value): Value {
  return outputOf(
    value.graph.node(elementwiseOperators[operator], [value], {}, [{ dataType: value.dataType, shape: value.shape }]),
  );
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
/** https://onnx.ai/onnx/operators/onnx__Floor.html */
export const floor = (value: Value): Value => unary('Floor', value);
/** https://onnx.ai/onnx/operators/onnx__Round.html, halves to the even number. */
export const round = (value: Value): Value => unary('Round', value);
/** Multiplies by a number. */
export const scale = (value: Value, factor: number): Value => multiply(value, value.graph.scalar(factor));

/**
 * SiLU, `x * sigmoid(x)` (Elfwing et al. 2017), as one kernel:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.QuickGelu with alpha 1.
 */
export function silu(value: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node(elementwiseOperators.QuickGelu, [value], { alpha: { float: 1 } }, [type]));
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
  return outputOf(
    value.graph.node(elementwiseOperators.Cast, [value], { to: { dataType } }, [{ dataType, shape: value.shape }]),
  );
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
  return outputOf(value.graph.node(elementwiseOperators.Where, [value.graph.never(), scalar, value], {}, [type]));
}

/** https://onnx.ai/onnx/operators/onnx__Exp.html */
export const exponential = (value: Value): Value => unary('Exp', value);
/** https://onnx.ai/onnx/operators/onnx__Log.html */
export const logarithm = (value: Value): Value => unary('Log', value);
/** https://onnx.ai/onnx/operators/onnx__Pow.html with a number */
export const power = (value: Value, exponent: number): Value => binary('Pow', value, value.graph.scalar(exponent));

/**
 * value + addend ⊙ gate as one kernel:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.GatedAdd
 * @param value (…, n), the addend too
 * @param gate (…, 1)
 */
export function gatedAdd(value: Value, addend: Value, gate: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node(elementwiseOperators.GatedAdd, [value, addend, gate], {}, [type]));
}

/** https://onnx.ai/onnx/operators/onnx__Max.html of two values */
export const maximum = (left: Value, right: Value): Value => binary('Max', left, right);
