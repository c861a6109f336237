/**
 * Gemma 3: Gemma 2 with norms on queries and keys instead of soft caps, five sliding layers to each full one, and a rope
 * of their own for the sliding ones (arXiv 2503.19786).
 */

import { type ModelConfig, positiveNumber, unsupported, wholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { gemmaOptions } from './gemma-options.ts';
import { layerTypes } from './layer-types.ts';
import { readRope, type RopeSection, ropeSection, type RopeType } from './rope-config.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder, type RotaryDecoderOptions } from './rotary-decoder.ts';

/** What transformers' `Gemma3TextConfig` takes for fields that a file leaves out; Google's own leave out most. */
const defaults = {
  vocab_size: 262_208,
  hidden_size: 2304,
  intermediate_size: 9216,
  num_hidden_layers: 26,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  head_dim: 256,
  max_position_embeddings: 131_072,
  rms_norm_eps: 1e-6,
  tie_word_embeddings: true,
  sliding_window: 4096,
  rope_theta: 1_000_000,
  rope_local_base_freq: 10_000,
};

/** Both kinds of layers count positions alike, so a rope that asks for the text's length cannot serve one of them alone. */
const types: readonly RopeType[] = ['default', 'linear', 'yarn', 'llama3'];

/** Reads a `model_type: gemma3_text` configuration. */
export function gemma3Text(given: ModelConfig): Decoder {
  const { prefix, checkpointNames, unservedModules } = plainOptions;
  return gemma3Decoder(given, { architecture: 'gemma3_text', prefix, checkpointNames, unservedModules });
}

/**
 * Reads a `model_type: gemma3` configuration: the language model inside a model that also sees pictures, which are left
 * out. Its modules have PEFT's names for such a folder, whose files still carry the names of its first release.
 */
export function gemma3(given: ModelConfig): Decoder {
  const text = given['text_config'];
  if (typeof text !== 'object' || text === null) throw unsupported('text_config', text, 'an object');
  return gemma3Decoder(text as ModelConfig, {
    architecture: 'gemma3',
    prefix: 'model.language_model',
    checkpointNames: (weight) => [
      weight.replace('model.language_model.', 'language_model.model.').replace('lm_head.', 'language_model.lm_head.'),
      weight,
    ],
    // Its attention, too, has q_proj, k_proj and v_proj.
    unservedModules: String.raw`.*\bvision_tower\..*`,
  });
}

function gemma3Decoder(
  given: ModelConfig,
  names: Pick<RotaryDecoderOptions, 'architecture' | 'prefix' | 'checkpointNames' | 'unservedModules'>,
): Decoder {
  const config: ModelConfig = { ...defaults, ...given };
  const { full, sliding } = ropeSections(config);
  const common = rotaryConfig(config, { section: full, types });
  const local = { ...config, rope_theta: positiveNumber(config, 'rope_local_base_freq') };
  const layers = layerTypes(config, common.layers);
  const pattern = wholeNumber(config, 'sliding_window_pattern', 6);
  return rotaryDecoder({
    ...common,
    ...gemmaOptions(config, common.hiddenSize),
    ...names,
    slidingRope: readRope(local, sliding, { headDim: common.headDim, positions: common.contextLength, types }).rope,
    queryKeyNorm: true,
    slidingWindow: wholeNumber(config, 'sliding_window'),
    isSliding: (layer) => (layers ? layers[layer] === 'sliding_attention' : (layer + 1) % pattern !== 0),
  });
}

/** transformers 5 keeps one section a kind of layer, transformers 4 stretches the full layers only. */
function ropeSections(config: ModelConfig): { readonly full: RopeSection; readonly sliding: RopeSection } {
  const { name, section } = ropeSection(config);
  if (name === 'rope_scaling') return { full: { name, section }, sliding: { name, section: {} } };
  const kind = (type: string): RopeSection => {
    const part = section[type] ?? {};
    if (typeof part !== 'object' || Array.isArray(part)) throw unsupported(`${name}.${type}`, part, 'an object');
    return { name: `${name}.${type}`, section: part as ModelConfig };
  };
  const flat = Object.keys(section).find((field) => !field.endsWith('_attention'));
  if (flat !== undefined) throw unsupported(`${name}.${flat}`, section[flat], 'one section for each kind of layer');
  return { full: kind('full_attention'), sliding: kind('sliding_attention') };
}
