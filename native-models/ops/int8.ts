/** Products with a matrix of whole numbers of 8 bits: both sides are rounded, whole numbers are multiplied. */

import type { Dimension } from '../graph/dimension.ts';
import { Graph, type Value } from '../graph/graph.ts';
import { ownDomain } from '../graph/operator.ts';
import { add, cast, computedAfter, divide, maximum, multiply, negate, round, scale, subtract } from './elementwise.ts';
import { firstElement, rowNumbers } from './indexing.ts';
import { dequantizeLinear, quantizeLinear } from './levels.ts';
import { defineOperators, inputOf, onlyGradient, outputOf, reasons, rightHasNoRows } from './operator.ts';
import { reduceMax, reduceMin } from './reduce.ts';

/** The first two are defined by the functions below that append them. */
export const int8Operators = defineOperators({
  Int8MatMul: {
    domain: ownDomain,
    rowwise: rightHasNoRows,
    // Y = X·M·diag(s): dX = (dY·diag(s))·Mᵀ.
    gradient: ({ int8MatmulGradient, transposeMatrix }, node, outputs) => {
      const [matrix, scales] = [inputOf(node, 1), inputOf(node, 2)];
      return [int8MatmulGradient(onlyGradient(outputs), transposeMatrix(matrix), scales)];
    },
  },
  Int8MatMulGradient: { domain: ownDomain, noGradient: reasons.backward },
  MatMulIntegerToFloat: { domain: 'com.microsoft', packsRight: true, noGradient: reasons.served },
});

/** Largest level of a rounded row. */
const largestLevel = 127;
/** uint8 levels of the left side stand this much above zero, since processors multiply unsigned with signed bytes. */
const zeroLevel = 128;
/** A row of zeros is divided by this instead. */
const smallestMagnitude = 1e-30;

/**
 * (m, k) × (k, n) · diag(scales): every row of the left side is rounded to 255 levels of its own largest magnitude, as
 * in LLM.int8() (Dettmers et al. 2022, arXiv 2208.07339, section 2.1). One node of our own.
 * @param left float32
 * @param matrix int8
 * @param scales float32 (n)
 */
export function int8Matmul(left: Value, matrix: Value, scales: Value): Value {
  const { graph } = left;
  requireFit('Int8MatMul', left, matrix, scales, matrix.shape[1]);
  graph.define(int8Operators.Int8MatMul, () => {
    const body = new Graph('Int8MatMul');
    const [input, levels, factors] = operands(body, ['k', 'n'], 'n');
    body.output('product', levelProduct(input, levels, factors));
    return body;
  });
  const type = { dataType: left.dataType, shape: [left.shape[0]!, matrix.shape[1]!] };
  return outputOf(graph.node(int8Operators.Int8MatMul, [left, matrix, scales], {}, [type]));
}

/**
 * What flows back through `int8Matmul`: (m, n) · diag(scales) × (n, k), with the very numbers of the forward product. The
 * gradient is rounded stochastically (Gupta et al. 2015, arXiv 1502.02551): up as often as it lies near the upper level, so
 * that what is much smaller than a row's largest gradient counts on average. Rounded to the nearest level instead it is
 * lost, which was measured to hold a training up.
 * @param gradient float32
 * @param matrix int8, the transpose of the forward product's
 * @param scales float32 (n)
 */
export function int8MatmulGradient(gradient: Value, matrix: Value, scales: Value): Value {
  const { graph } = gradient;
  requireFit('Int8MatMulGradient', gradient, matrix, scales, matrix.shape[0]);
  graph.define(int8Operators.Int8MatMulGradient, () => {
    const body = new Graph('Int8MatMulGradient');
    const [output, levels, factors] = operands(body, ['n', 'k'], 'n');
    const noise = body.input('noise', 'float32', output.shape);
    body.output('product', levelProduct(multiply(output, factors), levels, body.scalar(1), noise));
    return body;
  });
  const type = { dataType: gradient.dataType, shape: [gradient.shape[0]!, matrix.shape[1]!] };
  const inputs = [gradient, matrix, scales, roundingNoise(gradient)];
  return outputOf(graph.node(int8Operators.Int8MatMulGradient, inputs, {}, [type]));
}

/** diag(scales) · matrix in floats, (n, k), once `after` exists: they would otherwise be computed at load, and kept. */
export function int8Floats(matrix: Value, scales: Value, after: Value): Value {
  return dequantizeLinear(matrix, computedAfter(scales, firstElement(after)));
}

function requireFit(operator: string, left: Value, matrix: Value, scales: Value, scaled: Dimension | undefined): void {
  if (left.shape.length === 2 && left.shape[1] === matrix.shape[0] && scales.shape[0] === scaled) return;
  throw new Error(`${operator}: [${left.shape.join(', ')}] × [${matrix.shape.join(', ')}] do not fit`);
}

function operands(body: Graph, size: readonly [string, string], scaled: string): readonly [Value, Value, Value] {
  const left = body.input('left', 'float32', ['m', size[0]]);
  return [left, body.input('matrix', 'int8', size), body.input('scales', 'float32', [scaled])];
}

/** Rounds each row of the left side so that its largest magnitude stands on the largest level, and multiplies the levels. */
function levelProduct(left: Value, matrix: Value, scales: Value, noise?: Value): Value {
  const { graph } = left;
  const magnitude = maximum(reduceMax(left, [1], true), negate(reduceMin(left, [1], true)));
  const step = divide(maximum(magnitude, graph.scalar(smallestMagnitude)), graph.scalar(largestLevel));
  const steps = divide(left, step);
  const levels = quantizeLinear(noise ? add(steps, noise) : steps, graph.scalar(1), zero(graph));
  return multiply(matrixOfLevels(levels, matrix, scales), step);
}

/** https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulIntegerToFloat */
function matrixOfLevels(levels: Value, matrix: Value, scales: Value): Value {
  const { graph } = levels;
  const type = { dataType: 'float32', shape: [levels.shape[0]!, matrix.shape[1]!] } as const;
  const inputs = [levels, matrix, graph.scalar(1), scales, zero(graph)];
  return outputOf(graph.node(int8Operators.MatMulIntegerToFloat, inputs, {}, [type]));
}

const zero = (graph: Graph): Value => graph.constant('zero_level', 'uint8', [], Uint8Array.of(zeroLevel));

/** Noise by graph, rows and columns: gradients of the same size share one. */
const noises = new WeakMap<Graph, Map<string, Value>>();
/** Steps down the rows and along the columns that fill the unit interval evenly in both directions: Martin Roberts's R2. */
const [rowStep, columnStep] = [0.7548776662466927, 0.5698402909980532];

/** Evenly spread over ±½ and the same in every run, so that a resumed training rounds alike: as large as `like`. */
function roundingNoise(like: Value): Value {
  const { graph } = like;
  const known = noises.get(graph) ?? new Map<string, Value>();
  noises.set(graph, known);
  const key = like.shape.join();
  const earlier = known.get(key);
  if (earlier) return earlier;
  const columns = like.shape[1] as number;
  const shifts = Float32Array.from({ length: columns }, (_, column) => (column * columnStep) % 1);
  const along = graph.constant('noise_columns', 'float32', [columns], shifts);
  const sum = add(scale(cast(rowNumbers(like), 'float32'), rowStep), along);
  const noise = subtract(sum, round(sum));
  known.set(key, noise);
  return noise;
}
