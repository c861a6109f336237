/** Rotary frequencies of a model: `rope_parameters` (transformers 5) or `rope_theta` + `rope_scaling` (transformers 4). */

import { ModelError } from '../errors.ts';

export type RopeParameters =
  | { readonly type: 'default'; readonly theta: number }
  | { readonly type: 'linear'; readonly theta: number; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly theta: number;
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalPositions: number;
    };

/** Reads either spelling; refuses a scaling it does not know by name. */
export function parseRope(config: Readonly<Record<string, unknown>>): RopeParameters {
  const scaling = (config.rope_parameters ?? config.rope_scaling ?? {}) as Readonly<Record<string, unknown>>;
  const number = (name: string, value: unknown): number => {
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw new ModelError('model-unsupported', { field: name, value: String(value), supported: 'a positive number' });
  };
  const theta = number('rope_theta', scaling.rope_theta ?? config.rope_theta ?? 10_000);
  const type = scaling.rope_type ?? scaling.type ?? 'default';
  if (type === 'default') return { type, theta };
  if (type === 'linear') return { type, theta, factor: number('rope_scaling.factor', scaling.factor) };
  if (type === 'llama3') {
    return {
      type,
      theta,
      factor: number('rope_scaling.factor', scaling.factor),
      lowFrequencyFactor: number('rope_scaling.low_freq_factor', scaling.low_freq_factor),
      highFrequencyFactor: number('rope_scaling.high_freq_factor', scaling.high_freq_factor),
      originalPositions: number(
        'rope_scaling.original_max_position_embeddings',
        scaling.original_max_position_embeddings,
      ),
    };
  }
  throw new ModelError('model-unsupported', {
    field: 'rope_scaling.rope_type',
    value: JSON.stringify(type),
    supported: 'default, linear, llama3',
  });
}

/** Radians a position for each of headDim/2 pairs. */
export function inverseFrequencies(rope: RopeParameters, headDim: number): Float64Array {
  return Float64Array.from({ length: headDim / 2 }, (_, pair) => {
    const frequency = rope.theta ** ((-2 * pair) / headDim);
    if (rope.type === 'linear') return frequency / rope.factor;
    if (rope.type === 'llama3') return llama3Frequency(frequency, rope);
    return frequency;
  });
}

/** Long wavelengths are stretched by the factor, short ones kept, those between blended (Llama 3.1). */
function llama3Frequency(frequency: number, rope: Extract<RopeParameters, { type: 'llama3' }>): number {
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalPositions } = rope;
  const turns = (originalPositions * frequency) / (2 * Math.PI);
  if (turns < lowFrequencyFactor) return frequency / factor;
  if (turns > highFrequencyFactor) return frequency;
  const smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
  return (1 - smooth) * (frequency / factor) + smooth * frequency;
}

/** Cosines and sines, each (positions, headDim / 2). */
export function rotaryTables(
  rope: RopeParameters,
  headDim: number,
  positions: number,
): { readonly cosine: Float32Array; readonly sine: Float32Array } {
  // transformers computes the frequencies and angles in float32; so do we, to agree to the last digits.
  const frequencies = Float32Array.from(inverseFrequencies(rope, headDim));
  const size = frequencies.length;
  const cosine = new Float32Array(positions * size);
  const sine = new Float32Array(positions * size);
  for (let index = 0; index < cosine.length; index++) {
    const angle = Math.fround(Math.floor(index / size) * frequencies[index % size]!);
    cosine[index] = Math.cos(angle);
    sine[index] = Math.sin(angle);
  }
  return { cosine, sine };
}
