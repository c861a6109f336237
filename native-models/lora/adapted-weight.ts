/** Weights with an adapter worked into them: what merging writes, and what DoRA measures its rows by. */

import type { ModelFolder } from '../models/model-folder.ts';
import type { AdapterModule } from '../peft/format.ts';
import { readTensor } from '../weights/safetensors.ts';

/** How a linear weight lies: (out, in), or (in, out) where the decoder says `fanInFanOut`. */
interface Layout {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly storedInOut: boolean;
}

/** Steps from one output (row) and from one input (column) to the next. */
const stepsOf = ({ inputSize, outputSize, storedInOut }: Layout): readonly [number, number] =>
  storedInOut ? [1, outputSize] : [inputSize, 1];

/** ‖w‖ of each output's weights, (out). */
export function rowNorms(weight: Float32Array, layout: Layout): Float32Array {
  const [rowStep, columnStep] = stepsOf(layout);
  return Float32Array.from({ length: layout.outputSize }, (_, row) => {
    let sum = 0;
    for (let column = 0; column < layout.inputSize; column++) {
      sum += weight[row * rowStep + column * columnStep]! ** 2;
    }
    return Math.sqrt(sum);
  });
}

/** Adds s·B·A in place. */
function addChange(weight: Float32Array, layout: Layout, { A, B, rank, scaling }: AdapterModule): void {
  const [rowStep, columnStep] = stepsOf(layout);
  const change = new Float64Array(layout.inputSize);
  for (let row = 0; row < layout.outputSize; row++) {
    change.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = B[row * rank + r]! * scaling;
      const start = r * layout.inputSize;
      for (let column = 0; column < layout.inputSize; column++) change[column]! += factor * A[start + column]!;
    }
    for (let column = 0; column < layout.inputSize; column++) {
      weight[row * rowStep + column * columnStep]! += change[column]!;
    }
  }
}

/**
 * DoRA's factor m / ‖W + s·B·A‖ of each output (Liu et al. 2024, arXiv 2402.09353), null for an adapter without
 * magnitudes; and the weight before that factor, as it lies in the model's files.
 */
export async function adaptedWeight(
  model: ModelFolder,
  module: string,
  adapter: AdapterModule,
): Promise<{ readonly sum: Float32Array; readonly factors: Float32Array | null }> {
  const layout = { ...adapter, storedInOut: model.decoder.fanInFanOut };
  const sum = await readTensor(model.weights.tensors.get(`${module}.weight`)!, { refuseNotFinite: true });
  addChange(sum, layout, adapter);
  const { magnitude } = adapter;
  if (magnitude === null) return { sum, factors: null };
  const norms = rowNorms(sum, layout);
  return { sum, factors: magnitude.map((value, row) => value / norms[row]!) };
}

/** W + s·B·A, with DoRA each output rescaled to its magnitude: what base and adapter compute together. */
export async function mergedWeight(model: ModelFolder, module: string, adapter: AdapterModule): Promise<Float32Array> {
  const { sum, factors } = await adaptedWeight(model, module, adapter);
  if (factors === null) return sum;
  const [rowStep, columnStep] = stepsOf({ ...adapter, storedInOut: model.decoder.fanInFanOut });
  factors.forEach((factor, row) => {
    for (let column = 0; column < adapter.inputSize; column++) sum[row * rowStep + column * columnStep]! *= factor;
  });
  return sum;
}
