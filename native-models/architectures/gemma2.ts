/** Gemma 2: norms of 1 + w around both blocks, soft caps, scaled embeddings, every other layer sliding (arXiv 2408.00118). */

import { flag, type ModelConfig, oneOf, optionalPositiveNumber, positiveNumber, wholeNumber } from './config.ts';
import type { Decoder } from './decoder.ts';
import { layerTypes } from './layer-types.ts';
import { rotaryConfig } from './rotary-config.ts';
import { plainOptions, rotaryDecoder } from './rotary-decoder.ts';

/** Reads a `model_type: gemma2` configuration. */
export function gemma2(config: ModelConfig): Decoder {
  oneOf(config, 'hidden_activation', 'gelu_pytorch_tanh');
  const common = rotaryConfig(config, true);
  const attentionBias = flag(config, 'attention_bias', false);
  const types = layerTypes(config, common.layers);
  return rotaryDecoder({
    ...plainOptions,
    ...common,
    architecture: 'gemma2',
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
    scoreScale: positiveNumber(config, 'query_pre_attn_scalar', 256) ** -0.5,
    scoreCap: optionalPositiveNumber(config, 'attn_logit_softcapping'),
    logitCap: optionalPositiveNumber(config, 'final_logit_softcapping'),
    activation: 'gelu_tanh',
    unitOffsetNorms: true,
    sandwichNorms: true,
    embeddingScale: Math.fround(Math.sqrt(common.hiddenSize)),
    slidingWindow: wholeNumber(config, 'sliding_window', 4096),
    isSliding: (layer) => (types ? types[layer] === 'sliding_attention' : layer % 2 === 0),
  });
}
