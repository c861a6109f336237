/** Products with a matrix of whole numbers of 8 bits: both sides are rounded, whole numbers are multiplied. */

import { Graph, ownDomain, type Value } from '../graph/graph.ts';
import { add, divide, maximum, multiply, negate, subtract } from './elementwise.ts';
import { outputOf } from './output.ts';
import { reduceMax, reduceMin } from './reduce.ts';
import { reshape, shapeOf } from './shape.ts';

/** Largest level of a rounded row. */
const largestLevel = 127;
/** uint8 levels of the left side stand this much above zero, since processors multiply unsigned with signed bytes. */
const zeroLevel = 128;
/** A row of zeros is divided by this instead. */
const smallestMagnitude = 1e-30;

/**
 * (m, k) × (k, n) · diag(scales): every row of the left side is rounded to 255 levels of its own largest magnitude, as
 * in LLM.int8() (Dettmers et al. 2022, arXiv 2208.07339, section 2.1) and, for gradients too, SwitchBack (Wortsman et
 * al. 2023, arXiv 2304.13013). One node of our own.
 * @param left float32
 * @param matrix int8
 * @param scales float32 (n)
 * @param twice rounds what the first rounding left over once more and adds its product: for gradients, whose rounding
 *   to 8 bits was measured to hold a training up
 */
export function int8Matmul(left: Value, matrix: Value, scales: Value, twice = false): Value {
  const operator = twice ? 'Int8TwiceMatMul' : 'Int8MatMul';
  const { graph } = left;
  const [inner, columns] = matrix.shape;
  if (left.shape.length !== 2 || left.shape[1] !== inner || scales.shape[0] !== columns) {
    throw new Error(`${operator}: [${left.shape.join(', ')}] × [${matrix.shape.join(', ')}] do not fit`);
  }
  graph.define(operator, () => definition(operator, twice));
  const type = { dataType: left.dataType, shape: [left.shape[0]!, columns!] };
  return outputOf(graph.node(operator, [left, matrix, scales], {}, [type], ownDomain));
}

/** The operator in standard ones. */
function definition(operator: string, twice: boolean): Graph {
  const graph = new Graph(operator);
  const left = graph.input('left', 'float32', ['m', 'k']);
  const matrix = graph.input('matrix', 'int8', ['k', 'n']);
  const scales = graph.input('scales', 'float32', ['n']);
  const rounded = (value: Value) => {
    const step = stepOf(value);
    const { levels, kept } = quantizeRows(value, step);
    return { kept, product: multiply(levelProduct(levels, matrix, scales), step) };
  };
  const { kept, product } = rounded(left);
  if (twice) {
    graph.output('product', add(product, rounded(subtract(left, kept)).product));
  } else graph.output('product', product);
  return graph;
}

/** Each row's largest magnitude stands on the largest level: (m, 1). */
function stepOf(value: Value): Value {
  const { graph } = value;
  const magnitude = maximum(reduceMax(value, [1], true), negate(reduceMin(value, [1], true)));
  return divide(maximum(magnitude, graph.scalar(smallestMagnitude)), graph.scalar(largestLevel));
}

/**
 * https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html with a step for each row (m, 1): (m, k) in uint8, and what is
 * kept of the value (https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html).
 */
function quantizeRows(value: Value, step: Value): { readonly levels: Value; readonly kept: Value } {
  const { graph } = value;
  const flat = reshape(step, [value.shape[0]!]);
  const zero = graph.constant('zero_level', 'uint8', [1], Uint8Array.of(zeroLevel));
  const type = { dataType: 'uint8', shape: flat.shape } as const;
  const zeros = outputOf(graph.node('Expand', [zero, shapeOf(flat)], {}, [type]));
  const rounded = { dataType: 'uint8', shape: value.shape } as const;
  const levels = outputOf(graph.node('QuantizeLinear', [value, flat, zeros], { axis: 0 }, [rounded]));
  const floats = { dataType: 'float32', shape: value.shape } as const;
  const kept = outputOf(graph.node('DequantizeLinear', [levels, flat, zeros], { axis: 0 }, [floats]));
  return { levels, kept };
}

/** https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulIntegerToFloat */
function levelProduct(levels: Value, matrix: Value, scales: Value): Value {
  const { graph } = levels;
  const zero = graph.constant('zero', 'uint8', [], Uint8Array.of(zeroLevel));
  const type = { dataType: 'float32', shape: [levels.shape[0]!, matrix.shape[1]!] } as const;
  const inputs = [levels, matrix, graph.scalar(1), scales, zero];
  return outputOf(graph.node('MatMulIntegerToFloat', inputs, {}, [type], 'com.microsoft'));
}
