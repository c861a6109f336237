/** Tiny random models in the forms in which makers publish theirs, each with the settings that the reference reads. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../../../native-models/random.ts';
import type { ModelConfig } from '../../../native-models/architectures/index.ts';
import { decoderFromConfig } from '../../../native-models/architectures/index.ts';
import { writeFileDurably } from '../../../native-models/weights/files.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';
import type { ReferenceSettings, ReferenceWeights } from './reference.ts';
import type { RopeSettings } from './reference-rope.ts';

export interface Variant {
  readonly name: string;
  /** config.json as it lies on the disk. */
  readonly config: ModelConfig;
  /** The same model spelled out, where it differs from `plainSettings`. */
  readonly settings: Partial<ReferenceSettings>;
  /** Longest text that the configuration promises. */
  readonly contextLength: number;
  /** Length at which the frequencies of all long texts are taken. */
  readonly longTextsTurnAs?: number;
}

const sizes = {
  hidden_size: 32,
  intermediate_size: 40,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 384,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: false,
  eos_token_id: 2,
};

export const plainSettings: ReferenceSettings = {
  family: 'llama',
  layers: 2,
  hiddenSize: 32,
  intermediateSize: 40,
  heads: 4,
  keyValueHeads: 2,
  headDim: 8,
  vocabularySize: 384,
  epsilon: 1e-6,
  tied: false,
  slidingWindow: 0,
  layerTypes: ['full_attention', 'full_attention'],
  rope: bothLayers({ rope_type: 'default', rope_theta: 10_000 }),
  scoreScale: 8 ** -0.5,
  scoreCap: null,
  logitCap: null,
  prefix: 'model',
};

export function bothLayers(rope: RopeSettings): ReferenceSettings['rope'] {
  return { full_attention: rope, sliding_attention: rope };
}

const yarn = { rope_type: 'yarn', factor: 4, original_max_position_embeddings: 64, rope_theta: 10_000 } as const;
const long = {
  rope_type: 'longrope',
  rope_theta: 10_000,
  short_factor: [1, 1.05, 1.2, 1.4],
  long_factor: [1, 1.3, 2.7, 4.9],
} as const;
const gemma3: Partial<ReferenceSettings> = {
  family: 'gemma3',
  headDim: 12,
  tied: true,
  slidingWindow: 6,
  scoreScale: 16 ** -0.5,
  layers: 3,
  layerTypes: ['sliding_attention', 'full_attention', 'sliding_attention'],
  rope: {
    full_attention: { rope_type: 'linear', rope_theta: 1_000_000, factor: 8 },
    sliding_attention: { rope_type: 'default', rope_theta: 10_000 },
  },
};
const gemma3Sizes = { ...sizes, num_hidden_layers: 3, head_dim: 12, query_pre_attn_scalar: 16, sliding_window: 6 };
const gemma3Old = {
  ...gemma3Sizes,
  model_type: 'gemma3_text',
  tie_word_embeddings: undefined,
  max_position_embeddings: 256,
  rope_theta: 1_000_000,
  rope_local_base_freq: 10_000,
  rope_scaling: { factor: 8, rope_type: 'linear' },
  sliding_window_pattern: 2,
};

export const variants: readonly Variant[] = [
  {
    name: 'llama, linear (transformers 4, the old name type)',
    config: {
      ...sizes,
      model_type: 'llama',
      max_position_embeddings: 128,
      rope_theta: 10_000,
      rope_scaling: { type: 'linear', factor: 4 },
    },
    settings: { rope: bothLayers({ rope_type: 'linear', rope_theta: 10_000, factor: 4 }) },
    contextLength: 128,
  },
  {
    name: 'llama, dynamic',
    config: {
      ...sizes,
      model_type: 'llama',
      max_position_embeddings: 20,
      rope_parameters: { rope_type: 'dynamic', rope_theta: 10_000, factor: 2 },
    },
    settings: {
      rope: bothLayers({ rope_type: 'dynamic', rope_theta: 10_000, factor: 2, max_position_embeddings: 20 }),
    },
    contextLength: 40,
    longTextsTurnAs: 40,
  },
  {
    name: 'qwen2, yarn as its instructions add it, a window that is switched off',
    config: {
      ...sizes,
      model_type: 'qwen2',
      max_position_embeddings: 64,
      rope_theta: 10_000,
      rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 64 },
      use_sliding_window: false,
      sliding_window: 8,
      max_window_layers: 1,
    },
    settings: { family: 'qwen2', rope: bothLayers(yarn) },
    contextLength: 256,
  },
  {
    name: 'llama, yarn with every field',
    config: {
      ...sizes,
      model_type: 'llama',
      max_position_embeddings: 256,
      rope_parameters: { ...yarn, beta_fast: 4, beta_slow: 0.5, mscale: 0.7, mscale_all_dim: 1.1, truncate: false },
    },
    settings: {
      rope: bothLayers({ ...yarn, beta_fast: 4, beta_slow: 0.5, mscale: 0.7, mscale_all_dim: 1.1, truncate: false }),
    },
    contextLength: 256,
  },
  {
    name: 'phi3, longrope under its first name su',
    config: {
      ...sizes,
      model_type: 'phi3',
      max_position_embeddings: 80,
      original_max_position_embeddings: 20,
      rope_theta: 10_000,
      rope_scaling: { type: 'su', short_factor: long.short_factor, long_factor: long.long_factor },
    },
    settings: {
      family: 'phi3',
      rope: bothLayers({ ...long, max_position_embeddings: 80, original_max_position_embeddings: 20 }),
    },
    contextLength: 80,
  },
  {
    name: 'phi3, longrope on three quarters of each head, tied (Phi 4 mini)',
    config: {
      ...sizes,
      model_type: 'phi3',
      tie_word_embeddings: true,
      max_position_embeddings: 80,
      original_max_position_embeddings: 20,
      partial_rotary_factor: 0.75,
      rope_theta: 10_000,
      rope_scaling: {
        type: 'longrope',
        short_factor: long.short_factor.slice(0, 3),
        long_factor: long.long_factor.slice(0, 3),
      },
      sliding_window: 262_144,
    },
    settings: {
      family: 'phi3',
      tied: true,
      rope: bothLayers({
        ...long,
        short_factor: long.short_factor.slice(0, 3),
        long_factor: long.long_factor.slice(0, 3),
        partial_rotary_factor: 0.75,
        max_position_embeddings: 80,
        original_max_position_embeddings: 20,
      }),
    },
    contextLength: 80,
  },
  {
    name: 'gemma3_text in the form of transformers 4',
    config: gemma3Old,
    settings: gemma3,
    contextLength: 256,
  },
  {
    name: 'gemma3_text in the form of transformers 5',
    config: {
      ...gemma3Sizes,
      model_type: 'gemma3_text',
      tie_word_embeddings: true,
      max_position_embeddings: 256,
      layer_types: gemma3.layerTypes,
      rope_parameters: gemma3.rope,
      attn_logit_softcapping: null,
      final_logit_softcapping: null,
      use_bidirectional_attention: false,
    },
    settings: gemma3,
    contextLength: 256,
  },
  {
    name: 'gemma3, the language model inside the one that sees pictures',
    config: {
      model_type: 'gemma3',
      text_config: gemma3Old,
      vision_config: { hidden_size: 1152 },
      eos_token_id: [1, 2],
    },
    settings: { ...gemma3, prefix: 'model.language_model' },
    contextLength: 256,
  },
  {
    name: 'mistral with a head size of its own and no window (Nemo)',
    config: {
      ...sizes,
      model_type: 'mistral',
      head_dim: 20,
      sliding_window: null,
      max_position_embeddings: 128,
      rope_theta: 1_000_000,
    },
    settings: {
      family: 'mistral',
      headDim: 20,
      scoreScale: 20 ** -0.5,
      rope: bothLayers({ rope_type: 'default', rope_theta: 1_000_000 }),
    },
    contextLength: 128,
  },
  {
    name: 'qwen3 with layer_types and a window',
    config: {
      ...sizes,
      model_type: 'qwen3',
      head_dim: 12,
      max_position_embeddings: 128,
      use_sliding_window: true,
      sliding_window: 5,
      layer_types: ['sliding_attention', 'full_attention'],
      rope_theta: 1_000_000,
      rope_scaling: null,
    },
    settings: {
      family: 'qwen3',
      headDim: 12,
      scoreScale: 12 ** -0.5,
      slidingWindow: 5,
      layerTypes: ['sliding_attention', 'full_attention'],
      rope: bothLayers({ rope_type: 'default', rope_theta: 1_000_000 }),
    },
    contextLength: 128,
  },
];

export const settingsOf = (variant: Variant): ReferenceSettings => ({ ...plainSettings, ...variant.settings });

/**
 * Writes the variant with random weights, and with what real folders hold besides: tensors that nothing needs, the
 * embedding once more as head where it is tied, the tokenizer of a reference model.
 */
export async function writeVariant(variant: Variant, directory: string): Promise<void> {
  // As it lies on the disk, where fields that are undefined are absent.
  const decoder = decoderFromConfig(JSON.parse(JSON.stringify(variant.config)) as ModelConfig);
  const random = new Random(1, 'variant', variant.name);
  const tensors = [...decoder.weightShapes].map(([weight, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const [middle, width] = weight.includes('norm') ? [variant.name.startsWith('gemma') ? 0 : 1, 0.3] : [0, 0.5];
    const data = Float32Array.from({ length: size }, () => middle + (random.fraction() - 0.5) * width);
    return { name: decoder.checkpointNames(weight)[0]!, dtype: 'F32' as const, shape, data };
  });
  const extra = (name: string) => ({ name, dtype: 'F32' as const, shape: [2], data: Float32Array.of(7, Number.NaN) });
  const extras = ['model.layers.0.self_attn.rotary_emb.inv_freq', 'vision_tower.patch.weight'].map(extra);
  const embedding = tensors.find(({ name }) => name.endsWith('embed_tokens.weight'))!;
  const head = decoder.weightShapes.has('lm_head.weight') ? [] : [{ ...embedding, name: 'lm_head.weight' }];
  await writeSafetensors(join(directory, 'model.safetensors'), [...tensors, ...extras, ...head], { format: 'pt' });
  await writeFileDurably(join(directory, 'config.json'), JSON.stringify(variant.config));
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
    await cp(goldenPath('llama', file), join(directory, file));
  }
}

/** The weights of a folder in float64, under the names of the reference. */
export async function referenceWeights(
  path: string,
  rename: (name: string) => string = (name) => name,
): Promise<ReferenceWeights> {
  const { tensors } = await openSafetensors(path);
  const weights = new Map<string, Float64Array>();
  for (const tensor of tensors.values()) weights.set(rename(tensor.name), Float64Array.from(await readTensor(tensor)));
  return weights;
}
