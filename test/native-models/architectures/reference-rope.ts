/** Inverse frequencies as the formulas of transformers' `modeling_rope_utils.py` give them, in float64. */

/** One entry of `rope_parameters`, with what transformers puts there when it reads a configuration. */
export interface RopeSettings {
  readonly rope_type: 'default' | 'linear' | 'dynamic' | 'yarn' | 'longrope' | 'llama3';
  readonly rope_theta: number;
  readonly partial_rotary_factor?: number;
  readonly factor?: number;
  readonly max_position_embeddings?: number;
  readonly original_max_position_embeddings?: number;
  readonly attention_factor?: number;
  readonly mscale?: number;
  readonly mscale_all_dim?: number;
  readonly beta_fast?: number;
  readonly beta_slow?: number;
  readonly truncate?: boolean;
  readonly short_factor?: readonly number[];
  readonly long_factor?: readonly number[];
  readonly low_freq_factor?: number;
  readonly high_freq_factor?: number;
}

/** Radians a position for each pair, and the factor on cosines and sines, in a text of so many tokens. */
export function inverseFrequencies(
  rope: RopeSettings,
  headDim: number,
  textLength: number,
): { readonly frequencies: Float64Array; readonly factor: number } {
  const dim = Math.floor(headDim * (rope.partial_rotary_factor ?? 1));
  const plain = (base: number): Float64Array =>
    Float64Array.from({ length: dim / 2 }, (_, index) => 1 / base ** ((2 * index) / dim));
  const base = rope.rope_theta;
  const factor = rope.factor ?? 1;
  const longest = rope.max_position_embeddings ?? 0;
  const original = rope.original_max_position_embeddings ?? longest;
  switch (rope.rope_type) {
    case 'default':
      return { frequencies: plain(base), factor: 1 };
    case 'linear':
      return { frequencies: plain(base).map((value) => value / factor), factor: 1 };
    case 'dynamic': {
      const length = Math.max(textLength, longest);
      const grown = base * ((factor * length) / longest - (factor - 1)) ** (dim / (dim - 2));
      return { frequencies: plain(grown), factor: 1 };
    }
    case 'yarn': {
      const correctionDim = (rotations: number): number =>
        (dim * Math.log(original / (rotations * 2 * Math.PI))) / (2 * Math.log(base));
      let low = correctionDim(rope.beta_fast ?? 32);
      let high = correctionDim(rope.beta_slow ?? 1);
      if (rope.truncate ?? true) [low, high] = [Math.floor(low), Math.ceil(high)];
      [low, high] = [Math.max(low, 0), Math.min(high, dim - 1)];
      if (low === high) high += 0.001;
      const frequencies = plain(base).map((extrapolated, index) => {
        const ramp = Math.max(0, Math.min(1, (index - low) / (high - low)));
        return (extrapolated / factor) * ramp + extrapolated * (1 - ramp);
      });
      const mscale = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
      const inferred =
        rope.mscale && rope.mscale_all_dim ? mscale(rope.mscale) / mscale(rope.mscale_all_dim) : mscale(1);
      return { frequencies, factor: rope.attention_factor ?? inferred };
    }
    case 'longrope': {
      const divisors = (textLength > original ? rope.long_factor : rope.short_factor)!;
      const stretch = rope.factor ?? longest / original;
      const inferred = stretch <= 1 ? 1 : Math.sqrt(1 + Math.log(stretch) / Math.log(original));
      return {
        frequencies: plain(base).map((value, index) => value / divisors[index]!),
        factor: rope.attention_factor ?? inferred,
      };
    }
    case 'llama3': {
      const [lowFactor, highFactor] = [rope.low_freq_factor!, rope.high_freq_factor!];
      const frequencies = plain(base).map((value) => {
        const wavelength = (2 * Math.PI) / value;
        if (wavelength < original / highFactor) return value;
        if (wavelength > original / lowFactor) return value / factor;
        const smooth = (original / wavelength - lowFactor) / (highFactor - lowFactor);
        return (1 - smooth) * (value / factor) + smooth * value;
      });
      return { frequencies, factor: 1 };
    }
  }
}
