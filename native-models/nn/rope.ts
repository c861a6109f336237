/** Rotary positions (Su et al. 2021, arXiv 2104.09864) and the ways in which makers stretch them to longer texts. */

/**
 * How a model turns positions into rotations. Every way follows transformers' `modeling_rope_utils.py`; what depends on
 * a text's length there depends on it here, once for the whole text (see `firstPosition`).
 */
export interface Rope {
  /** Radians that one position turns each rotated pair of dimensions, in a text of so many tokens. */
  readonly frequencies: (tokens: number) => Float64Array;
  /** Factor on cosines and sines; 1 in most models. */
  readonly attentionFactor: number;
  /** Longer texts turn at other frequencies than texts of up to so many tokens; Infinity: all texts turn alike. */
  readonly shortTokens: number;
}

/** `theta^(−2·pair/size)` for each of size/2 pairs. */
function baseFrequencies(theta: number, size: number): Float64Array {
  return Float64Array.from({ length: size / 2 }, (_, pair) => theta ** ((-2 * pair) / size));
}

const oneForAll = (frequencies: Float64Array, attentionFactor = 1): Rope => ({
  frequencies: () => frequencies,
  attentionFactor,
  shortTokens: Infinity,
});

/** As the model was trained. `size` is the number of rotated dimensions of a head. */
export const defaultRope = (theta: number, size: number): Rope => oneForAll(baseFrequencies(theta, size));

/** Positions are squeezed by the factor. */
export const linearRope = (theta: number, size: number, factor: number): Rope =>
  oneForAll(baseFrequencies(theta, size).map((frequency) => frequency / factor));

/**
 * Dynamic NTK: texts within `trainedTokens` turn as trained, longer ones at a base that grows with their length.
 * transformers computes a new base for every length, even while an answer grows; a graph has one table for long texts,
 * computed for the longest text it takes, so that all tokens of a conversation turn alike.
 */
export function dynamicRope(theta: number, size: number, factor: number, trainedTokens: number): Rope {
  return {
    frequencies(tokens) {
      const growth = (factor * Math.max(tokens, trainedTokens)) / trainedTokens - (factor - 1);
      return baseFrequencies(theta * growth ** (size / (size - 2)), size);
    },
    attentionFactor: 1,
    shortTokens: trainedTokens,
  };
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
  return oneForAll(frequencies, yarn.attentionFactor);
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
  const [short, stretched] = [divided(long.shortFactors), divided(long.longFactors)];
  return {
    frequencies: (tokens) => (tokens > long.trainedTokens ? stretched : short),
    attentionFactor: long.attentionFactor,
    shortTokens: long.trainedTokens,
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
  return oneForAll(frequencies);
}

/**
 * The position of a text's first token in the tables of `rotaryTables`: 0, or for a text longer than `shortTokens` the
 * start of the second table. A text is as long as it may become (prompt and longest answer), so that every token of a
 * conversation, cached or new, is turned by one table. transformers asks for the length at every token instead and turns
 * the new ones by the other table once an answer grows past the border; for Phi it then computes the cache again.
 */
export const firstPosition = (rope: Rope, tokens: number): number => (tokens > rope.shortTokens ? rope.shortTokens : 0);

/**
 * Cosines and sines, each (positions, rotated dimensions / 2): for texts of up to `longestText` tokens, and where their
 * frequencies depend on the length, the table of short texts first, then the one of long texts from position 0 again.
 */
export function rotaryTables(
  rope: Rope,
  longestText: number,
): { readonly cosine: Float32Array; readonly sine: Float32Array; readonly positions: number } {
  const short = firstPosition(rope, longestText);
  const positions = short + longestText;
  // transformers computes the frequencies and angles in float32; so do we, to agree to the last digits.
  const [first, second] = [short, longestText].map((tokens) => Float32Array.from(rope.frequencies(tokens))) as [
    Float32Array,
    Float32Array,
  ];
  const size = first.length;
  const cosine = new Float32Array(positions * size);
  const sine = new Float32Array(positions * size);
  for (let position = 0; position < positions; position++) {
    const frequencies = position < short ? first : second;
    const place = position < short ? position : position - short;
    for (let pair = 0; pair < size; pair++) {
      const angle = Math.fround(place * frequencies[pair]!);
      cosine[position * size + pair] = Math.cos(angle) * rope.attentionFactor;
      sine[position * size + pair] = Math.sin(angle) * rope.attentionFactor;
    }
  }
  return { cosine, sine, positions };
}
