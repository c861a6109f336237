/**
 * How a configuration describes its rotary positions: `rope_scaling` beside `rope_theta` (transformers 4) or
 * `rope_parameters` (transformers 5).
 */

import {
  defaultRope,
  dynamicRope,
  linearRope,
  llama3Rope,
  longAttentionFactor,
  longRope,
  type Rope,
  yarnAttentionFactor,
  yarnRope,
} from '../nn/rope.ts';
import {
  flag,
  largestOther,
  type ModelConfig,
  oneOf,
  optionalPositiveNumber,
  positiveNumber,
  unsupported,
  wholeNumber,
} from './config.ts';

/** Every `rope_type` that is computed, what a configuration without one means first. */
export const ropeTypes = ['default', 'linear', 'dynamic', 'yarn', 'longrope', 'llama3'] as const;
export type RopeType = (typeof ropeTypes)[number];

/** What a model's family and its other fields say about its rotary positions. */
export interface RopeContext {
  readonly headDim: number;
  /** `max_position_embeddings` */
  readonly positions: number;
  /** Types that the family knows. */
  readonly types: readonly RopeType[];
  /** The family may rotate the first part of each head only. */
  readonly partial?: boolean | undefined;
}

/** Where a configuration describes a rope, under the name that a refusal shows. */
export interface RopeSection {
  readonly name: string;
  readonly section: ModelConfig;
}

/** A rope with the longest text that it reaches, in tokens. */
export interface ReadRope {
  readonly rope: Rope;
  readonly contextLength: number;
}

/** The section of a configuration that describes its rotary positions, with its name; transformers 4's where both are there. */
export function ropeSection(config: ModelConfig): RopeSection {
  for (const name of ['rope_scaling', 'rope_parameters']) {
    const section = config[name];
    if (section === undefined || section === null) continue;
    if (typeof section !== 'object' || Array.isArray(section)) throw unsupported(name, section, 'an object');
    if (Object.keys(section).length > 0) return { name, section: section as ModelConfig };
  }
  return { name: 'rope_parameters', section: {} };
}

/** Reads a section; what it lacks is looked for beside it. Refuses by name what is not computed. */
export function readRope(
  config: ModelConfig,
  { name, section }: RopeSection,
  { headDim, positions, types, partial = false }: RopeContext,
): ReadRope {
  // Named as a refusal shall show them.
  const fields = Object.fromEntries(Object.entries(section).map(([field, value]) => [`${name}.${field}`, value]));
  const named = (field: string): string => `${name}.${field}`;
  const perLayer = ['full_attention', 'sliding_attention'].find((type) => type in section);
  if (perLayer !== undefined) throw unsupported(named(perLayer), section[perLayer], 'one rope for all layers');
  const typeField = section['rope_type'] === undefined && section['type'] !== undefined ? 'type' : 'rope_type';
  const type = oneOf(fields, named(typeField), ...types);
  const theta = positiveNumber(fields, named('rope_theta'), positiveNumber(config, 'rope_theta', 10_000));
  const share = positiveNumber(
    fields,
    named('partial_rotary_factor'),
    positiveNumber(config, 'partial_rotary_factor', 1),
  );
  if (share > 1 || (share < 1 && !partial))
    throw unsupported('partial_rotary_factor', share, partial ? 'up to 1' : '1');
  const size = Math.floor(headDim * share);
  if (size % 2 !== 0) throw unsupported('head_dim', headDim, 'an even number of rotated dimensions');

  const trainedTokens = (): number =>
    wholeNumber(
      config,
      'original_max_position_embeddings',
      wholeNumber(fields, named('original_max_position_embeddings'), positions),
    );
  const optional = (field: string): number | null => optionalPositiveNumber(fields, named(field));
  const factor = (fallback?: number): number => positiveNumber(fields, named('factor'), fallback);
  switch (type) {
    case 'default':
      return { rope: defaultRope(theta, size), contextLength: positions };
    case 'linear':
      return { rope: linearRope(theta, size, factor()), contextLength: positions };
    case 'dynamic':
      return {
        rope: dynamicRope(theta, size, factor(), positions),
        contextLength: Math.max(positions, stretched(positions, named('factor'), factor())),
      };
    case 'llama3': {
      const required = (field: string): number => positiveNumber(fields, named(field));
      const rope = llama3Rope(theta, size, {
        factor: factor(),
        lowFrequencyFactor: required('low_freq_factor'),
        highFrequencyFactor: required('high_freq_factor'),
        trainedTokens: trainedTokens(),
      });
      return { rope, contextLength: positions };
    }
    case 'yarn': {
      const trained = trainedTokens();
      const stretch = factor(positions / trained);
      const rope = yarnRope(theta, size, {
        factor: stretch,
        trainedTokens: trained,
        betaFast: optional('beta_fast') ?? 32,
        betaSlow: optional('beta_slow') ?? 1,
        truncate: flag(fields, named('truncate'), true),
        attentionFactor:
          optional('attention_factor') ?? yarnAttentionFactor(stretch, optional('mscale'), optional('mscale_all_dim')),
      });
      // Qwen's instructions add the section and leave max_position_embeddings as it was.
      return { rope, contextLength: Math.max(positions, stretched(trained, named('factor'), stretch)) };
    }
    case 'longrope': {
      const trained = trainedTokens();
      const rope = longRope(theta, size, {
        shortFactors: factorList(fields, named('short_factor'), size / 2),
        longFactors: factorList(fields, named('long_factor'), size / 2),
        trainedTokens: trained,
        attentionFactor: optional('attention_factor') ?? longAttentionFactor(factor(positions / trained), trained),
      });
      return { rope, contextLength: positions };
    }
  }
}

/** Tokens of a text that is so many times as long. */
function stretched(tokens: number, field: string, factor: number): number {
  if (tokens * factor <= largestOther) return Math.floor(tokens * factor);
  throw unsupported(field, factor, `a text of at most ${largestOther} tokens`);
}

/** LongRoPE's divisors, one a pair. */
function factorList(fields: ModelConfig, field: string, length: number): readonly number[] {
  const value = fields[field];
  const isFactor = (entry: unknown): entry is number =>
    typeof entry === 'number' && Number.isFinite(entry) && entry > 0;
  if (Array.isArray(value) && value.length === length && value.every(isFactor)) return value;
  throw unsupported(field, value, `a list of ${length} positive numbers`);
}
