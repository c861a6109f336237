/** Gradient rules of elementwise operators. */

import { add, cast, divide, multiply, negate, scale, sigmoid, subtract } from '../../ops/index.ts';
import { type GradientRule, inputOf, onlyGradient, outputOf } from '../rule.ts';
import { unbroadcast } from '../unbroadcast.ts';

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
