/** Numbers as levels of few bits, and back. */

import type { Value } from '../graph/graph.ts';
import { defineOperators, outputOf, reasons } from './operator.ts';

/** As the functions below append them. */
export const levelOperators = defineOperators({
  QuantizeLinear: { noGradient: reasons.flat },
  DequantizeLinear: { noGradient: reasons.served },
});

/** https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html: numbers in steps of `step`, to the nearest, in uint8 around `zero`. */
export function quantizeLinear(value: Value, step: Value, zero: Value): Value {
  const type = { dataType: 'uint8', shape: value.shape } as const;
  return outputOf(value.graph.node(levelOperators.QuantizeLinear, [value, step, zero], {}, [type]));
}

/** https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html: levels as floats, a scale and a zero for each row. */
export function dequantizeLinear(levels: Value, scales: Value, zeros?: Value): Value {
  const type = { dataType: 'float32', shape: levels.shape } as const;
  const inputs = zeros ? [levels, scales, zeros] : [levels, scales];
  return outputOf(levels.graph.node(levelOperators.DequantizeLinear, inputs, { axis: 0 }, [type]));
}
