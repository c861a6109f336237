/** What Gemma 2 and Gemma 3 have in common beside the rotary families. */

import { flag, type ModelConfig, oneOf, optionalPositiveNumber, positiveNumber } from './config.ts';
import { plainOptions, type RotaryDecoderOptions } from './rotary-decoder.ts';

/** Norms of 1 + w around both blocks, scaled embeddings, caps where the configuration sets them. */
export function gemmaOptions(config: ModelConfig, hiddenSize: number) {
  oneOf(config, 'hidden_activation', 'gelu_pytorch_tanh');
  oneOf(config, 'use_bidirectional_attention', false);
  const attentionBias = flag(config, 'attention_bias', false);
  return {
    ...plainOptions,
    queryKeyValueBias: attentionBias,
    outputBias: attentionBias,
    scoreScale: positiveNumber(config, 'query_pre_attn_scalar', 256) ** -0.5,
    scoreCap: optionalPositiveNumber(config, 'attn_logit_softcapping'),
    logitCap: optionalPositiveNumber(config, 'final_logit_softcapping'),
    activation: 'gelu_tanh',
    unitOffsetNorms: true,
    sandwichNorms: true,
    embeddingScale: Math.fround(Math.sqrt(hiddenSize)),
  } as const satisfies Partial<RotaryDecoderOptions>;
}
