/** Rotary positions (Su et al. 2021, arXiv 2104.09864) and the ways in which makers stretch them to longer texts. */

/** How a model turns positions into rotations. Every way follows transformers' `modeling_rope_utils.py`. */
export interface Rope {
  /** Radians that one position turns each rotated pair of dimensions. */
  readonly frequencies: Float64Array;
  /** Factor on cosines and sines; 1 in most models. */
  readonly attentionFactor: number;
  /** Longer texts turn at other frequencies; null: all texts turn alike. */
  readonly long: { readonly beyondTokens: number; readonly frequencies: Float64Array } | null;
}

/** `theta^(−2·pair/size)` for each of size/2 pairs. */
function baseFrequencies(theta: number, size: number): Float64Array {
  return Float64Array.from({ length: size / 2 }, (_, pair) => theta ** ((-2 * pair) / size));
}

const plainRope = (frequencies: Float64Array): Rope => ({ frequencies, attentionFactor: 1, long: null });

/** As the model was trained. `size` is the number of rotated dimensions of a head. */
export const defaultRope = (theta: number, size: number): Rope => plainRope(baseFrequencies(theta, size));

/** Positions are squeezed by the factor. */
export const linearRope = (theta: number, size: number, factor: number): Rope =>
  plainRope(baseFrequencies(theta, size).map((frequency) => frequency / factor));

/**
 * Dynamic NTK: texts within `trainedTokens` turn as trained, longer ones at the base for texts of trainedTokens·factor.
 * transformers computes a new base for every length, so that an answer's tokens turn differently while it grows; like
 * vLLM, we keep one, so that training, proof and answers agree. A text of exactly that length is the same in both.
 */
export function dynamicRope(theta: number, size: number, factor: number, trainedTokens: number): Rope {
  const growth = factor * factor - (factor - 1);
  const frequencies = baseFrequencies(theta * growth ** (size / (size - 2)), size);
  return { ...defaultRope(theta, size), long: { beyondTokens: trainedTokens, frequencies } };
}

export interface YarnParameters {
  readonly factor: number;
  readonly trainedTokens: number;
  /** Pairs that turn more often than this in the trained length keep their frequency. */
  readonly betaFast: number;
  /** Pairs that turn less often than this are squeezed by the factor. */
  readonly betaSlow: number;
  /** The borders between them lie on whole pairs. */
  readonly truncate: boolean;
  readonly attentionFactor: number;
}

/** YaRN (Peng et al. 2023, arXiv 2309.00071, section 3.2): fast pairs are kept, slow ones squeezed, those between blended. */
export function yarnRope(theta: number, size: number, yarn: YarnParameters): Rope {
  const pairOfTurns = (turns: number): number =>
    (size * Math.log(yarn.trainedTokens / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [fast, slow] = [pairOfTurns(yarn.betaFast), pairOfTurns(yarn.betaSlow)];
  const low = Math.max(yarn.truncate ? Math.floor(fast) : fast, 0);
  const high = Math.min(yarn.truncate ? Math.ceil(slow) : slow, size - 1);
  const width = high === low ? 0.001 : high - low;
  const frequencies = baseFrequencies(theta, size).map((frequency, pair) => {
    const squeezed = Math.min(1, Math.max(0, (pair - low) / width));
    return (frequency / yarn.factor) * squeezed + frequency * (1 - squeezed);
  });
  return { ...plainRope(frequencies), attentionFactor: yarn.attentionFactor };
}

/** YaRN's attention factor (equation 22), as DeepSeek generalised it: the ratio of two such factors. */
export function yarnAttentionFactor(factor: number, mscale: number | null, mscaleAllDim: number | null): number {
  const of = (weight: number): number => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  return mscale !== null && mscaleAllDim !== null ? of(mscale) / of(mscaleAllDim) : of(1);
}

export interface LongRopeParameters {
  /** Divide the frequencies of texts within the trained length, one factor a pair. */
  readonly shortFactors: readonly number[];
  /** The same for longer texts. */
  readonly longFactors: readonly number[];
  readonly trainedTokens: number;
  readonly attentionFactor: number;
}

/** LongRoPE (Ding et al. 2024, arXiv 2402.13753): factors that were searched, one list for short and one for long texts. */
export function longRope(theta: number, size: number, long: LongRopeParameters): Rope {
  const base = baseFrequencies(theta, size);
  const divided = (factors: readonly number[]): Float64Array => base.map((value, pair) => value / factors[pair]!);
  return {
    frequencies: divided(long.shortFactors),
    attentionFactor: long.attentionFactor,
    long: { beyondTokens: long.trainedTokens, frequencies: divided(long.longFactors) },
  };
}

/** LongRoPE's attention factor for a context stretched `factor` times. */
export const longAttentionFactor = (factor: number, trainedTokens: number): number =>
  factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trainedTokens));

export interface Llama3Parameters {
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  readonly trainedTokens: number;
}

/** Llama 3.1: pairs that turn seldom are squeezed by the factor, fast ones kept, those between blended. */
export function llama3Rope(theta: number, size: number, llama3: Llama3Parameters): Rope {
  const { factor, lowFrequencyFactor, highFrequencyFactor, trainedTokens } = llama3;
  const frequencies = baseFrequencies(theta, size).map((frequency) => {
    const turns = (trainedTokens * frequency) / (2 * Math.PI);
    if (turns < lowFrequencyFactor) return frequency / factor;
    if (turns > highFrequencyFactor) return frequency;
    const kept = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
    return (1 - kept) * (frequency / factor) + kept * frequency;
  });
  return plainRope(frequencies);
}

/**
 * The position of a text's first token: 0, or for a long text, which turns at other frequencies, the first position that
 * no short text reaches. A text is as long as it may become (prompt and longest answer), so that every token of a
 * conversation, cached or new, is turned by the same frequencies. transformers asks for the length at every token instead,
 * and computes Phi's cache again where an answer grows past the border; up to there, a conversation that may grow past it
 * differs from ours.
 */
export const firstPosition = ({ long }: Rope, tokens: number): number =>
  long && tokens > long.beyondTokens ? long.beyondTokens : 0;

/**
 * Cosines and sines of some positions, each (positions, rotated dimensions / 2). Where long texts turn at other
 * frequencies, positions are theirs from `firstPosition` of a long text on.
 */
export function rotations(
  { frequencies, attentionFactor, long }: Rope,
  positions: readonly number[],
): { readonly cosine: Float32Array; readonly sine: Float32Array } {
  // transformers computes the frequencies and angles in float32; so do we, to agree to the last digits.
  const short = { frequencies: Float32Array.from(frequencies), start: 0 };
  const stretched = long && { frequencies: Float32Array.from(long.frequencies), start: long.beyondTokens };
  const size = frequencies.length;
  const cosine = new Float32Array(positions.length * size);
  const sine = new Float32Array(positions.length * size);
  positions.forEach((position, row) => {
    const { frequencies: step, start } = stretched && position >= stretched.start ? stretched : short;
    for (let pair = 0; pair < size; pair++) {
      const angle = Math.fround((position - start) * step[pair]!);
      cosine[row * size + pair] = Math.cos(angle) * attentionFactor;
      sine[row * size + pair] = Math.sin(angle) * attentionFactor;
    }
  });
  return { cosine, sine };
}
