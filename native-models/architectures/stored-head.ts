/** The output head of a folder: its files count more than its configuration. */

import type { Weights } from '../weights/checkpoint-folder.ts';
import { sameTensor } from '../weights/same-tensor.ts';
import { type Decoder, decoderFromConfig, type ModelConfig } from './index.ts';

const head = 'lm_head.weight';

/**
 * The decoder of a configuration, with the head that the files hold. Many folders say `tie_word_embeddings` and hold a head
 * all the same: one that differs from the embedding is the model's own, as transformers 5.18 loads it; one that equals it is
 * not kept twice. The reverse, a head that is neither tied nor stored, is found missing with the other tensors.
 * https://github.com/huggingface/transformers/blob/v5.18.0/src/transformers/modeling_utils.py
 */
export async function withStoredHead(described: Decoder, config: ModelConfig, weights: Weights): Promise<Decoder> {
  if (described.weightShapes.has(head)) return described;
  const stored = (weight: string) => {
    const name = described.checkpointNames(weight).find((each) => weights.tensors.has(each));
    return name === undefined ? undefined : weights.tensors.get(name);
  };
  const own = stored(head);
  if (!own) return described;
  const embedding = stored(described.embeddingWeight);
  if (embedding && (await sameTensor(own, embedding))) return described;
  return decoderFromConfig(untied(config));
}

function untied(config: ModelConfig): ModelConfig {
  const text = config['text_config'] as ModelConfig | undefined;
  return { ...config, tie_word_embeddings: false, ...(text && { text_config: untied(text) }) };
}
