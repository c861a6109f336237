/** Softmax and RMS normalisation. */

import type { Value } from '../graph/graph.ts';
import { outputOf } from './output.ts';

/** https://onnx.ai/onnx/operators/onnx__Softmax.html over the last axis. */
export function softmax(value: Value): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(value.graph.node('Softmax', [value], { axis: -1 }, [type]));
}

/**
 * https://onnx.ai/onnx/operators/onnx__RMSNormalization.html over the last axis: x · (mean(x²) + epsilon)^−½ · weight
 * (Zhang & Sennrich 2019, arXiv 1910.07467).
 */
export function rmsNormalization(value: Value, weight: Value, epsilon: number): Value {
  const type = { dataType: value.dataType, shape: value.shape };
  return outputOf(
    value.graph.node('RMSNormalization', [value, weight], { axis: -1, epsilon: { float: epsilon } }, [type]),
  );
}
