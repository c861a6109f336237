/** One gradient check for every rule in the table, shared by the tests on the CPU and on WebGPU. */

import type { Value } from '../../../native-models/graph/graph.ts';
import * as op from '../../../native-models/ops/index.ts';
import { floatTensor, integerTensor, type Tensor } from '../../../native-models/runtime/tensor.ts';
import { fourBitMatrix, rowMatrix } from '../quantize/matrices.ts';
import type { GradientCheck } from './gradient-check.ts';

/** Smooth, well-spread numbers away from zero, the same in every run. */
export function numbers(shape: readonly number[], seed = 1, positive = false): Tensor {
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const data = Float32Array.from({ length: size }, (_, index) => {
    const value = Math.sin((index + 1) * 12.9898 * seed) * 1.3;
    return positive ? Math.abs(value) + 0.5 : value + (value < 0 ? -0.1 : 0.1);
  });
  return floatTensor(data, shape);
}

/** Two parameters, a and b, of different numbers. */
export const two = (a: readonly number[], b: readonly number[], positive = false): GradientCheck['parameters'] => ({
  a: numbers(a, 1, positive),
  b: numbers(b, 2, positive),
});

/** Operators of bases in 8 and 4 bits, which a training takes on the CPU alone. */
export const cpuOnlyOperators: ReadonlySet<string> = new Set(['FourBitMatMul', 'Int8MatMul']);

/** By operator name; every rule in the table must appear here. */
export const operatorChecks: Readonly<Record<string, GradientCheck>> = {
  Add: { parameters: two([2, 3], [3]), build: ({ a, b }) => op.add(a!, b!) },
  Sub: { parameters: two([2, 3], [2, 1]), build: ({ a, b }) => op.subtract(a!, b!) },
  Mul: { parameters: two([2, 1, 3], [4, 1]), build: ({ a, b }) => op.multiply(a!, b!) },
  Div: { parameters: two([2, 3], [3], true), build: ({ a, b }) => op.divide(a!, b!) },
  Neg: { parameters: { a: numbers([5]) }, build: ({ a }) => op.negate(a!) },
  Sqrt: { parameters: { a: numbers([5], 1, true) }, build: ({ a }) => op.squareRoot(a!) },
  Reciprocal: { parameters: { a: numbers([5], 1, true) }, build: ({ a }) => op.reciprocal(a!) },
  Sigmoid: { parameters: { a: numbers([6]) }, build: ({ a }) => op.sigmoid(a!) },
  Tanh: { parameters: { a: numbers([6]) }, build: ({ a }) => op.tanh(a!) },
  QuickGelu: { parameters: { a: numbers([6]) }, build: ({ a }) => op.silu(a!) },
  Cast: {
    // Sixteenths stay exact in half precision, before and after a step of a quarter.
    parameters: { a: floatTensor(Float32Array.of(0.5, -1.25, 2.0625, -0.75), [4]) },
    step: 0.25,
    build: ({ a }) => op.multiply(a!, op.cast(op.cast(a!, 'float16'), 'float32')),
  },
  ReduceSum: { parameters: { a: numbers([2, 3, 2]) }, build: ({ a }) => op.multiply(a!, op.reduceSum(a!, [1], true)) },
  ReduceMean: { parameters: { a: numbers([2, 3]) }, build: ({ a }) => op.multiply(a!, op.reduceMean(a!, [-1], true)) },
  ReduceLogSumExp: { parameters: { a: numbers([2, 5]) }, build: ({ a }) => op.reduceLogSumExp(a!, [-1]) },
  Softmax: { parameters: { a: numbers([2, 5]) }, build: ({ a }) => op.softmax(a!) },
  RMSNormalization: {
    parameters: { a: numbers([3, 6]), weight: numbers([6], 3) },
    build: ({ a, weight }) => op.rmsNormalization(a!, weight!, 1e-6),
  },
  Reshape: { parameters: { a: numbers([2, 6]) }, build: ({ a }) => op.reshape(op.multiply(a!, a!), [3, 4]) },
  Transpose: { parameters: { a: numbers([2, 3, 4]) }, build: ({ a }) => op.transpose(op.multiply(a!, a!), [2, 0, 1]) },
  Concat: {
    parameters: two([2, 3], [2, 2]),
    build: ({ a, b }) => op.multiply(op.concatenate([a!, b!], 1), op.concatenate([a!, b!], 1)),
  },
  Split: {
    parameters: { a: numbers([4, 3]) },
    build: ({ a }) => {
      const [first, second] = op.split(a!, 0, [1, 3]) as [Value, Value];
      return op.multiply(first, second);
    },
  },
  Pad: {
    parameters: { a: numbers([2, 3, 2]) },
    build: ({ a }) => op.pad(op.multiply(a!, a!), [0, 2, 0], [0, 1, 3]),
  },
  Expand: { parameters: two([1, 3], [4, 3]), build: ({ a, b }) => op.multiply(op.expandLike(a!, b!), b!) },
  MatMul: { parameters: two([2, 2, 3, 4], [2, 1, 4, 5]), build: ({ a, b }) => op.matmul(a!, b!) },
  Gemm: {
    parameters: { ...two([3, 4], [5, 4]), bias: numbers([5], 3) },
    build: ({ a, b, bias }) => op.gemm(a!, b!, { transposeRight: true, bias }),
  },
  // Products are straight lines, so a wide step hides nothing; what they are given is rounded to 8 bits.
  Int8MatMul: {
    parameters: { a: numbers([3, 64]) },
    step: 0.5,
    tolerance: 0.1,
    build: ({ a }, graph) => rowMatrix(graph, 'matrix', 16, 64).product(op.multiply(a!, graph.scalar(2))),
  },
  FourBitMatMul: {
    parameters: { a: numbers([3, 64]) },
    build: ({ a }, graph) => fourBitMatrix(graph, 'matrix', 16, 64).product(op.multiply(a!, a!)),
  },
  Gather: {
    parameters: { a: numbers([5, 3]) },
    constants: { indices: integerTensor([4, 0, 4, 2], [2, 2]) },
    build: ({ a, indices }) => op.gatherRows(op.multiply(a!, a!), indices!),
  },
  GatherElements: {
    parameters: { a: numbers([3, 4]) },
    constants: { indices: integerTensor([1, 3, 1], [3, 1]) },
    build: ({ a, indices }) => op.gatherElements(op.multiply(a!, a!), indices!),
  },
  RotaryEmbedding: {
    parameters: { a: numbers([2, 2, 3, 4]) },
    constants: {
      cosine: floatTensor(
        Float32Array.from({ length: 12 }, (_, i) => Math.cos(i * 0.7)),
        [2, 3, 2],
      ),
      sine: floatTensor(
        Float32Array.from({ length: 12 }, (_, i) => Math.sin(i * 0.7)),
        [2, 3, 2],
      ),
    },
    build: ({ a, cosine, sine }) => op.rotaryEmbedding(a!, cosine!, sine!),
  },
};
