/** Random models of any depth, so narrow that a GPU in software computes them in seconds. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { decoderFromConfig, type ModelConfig } from '../../../native-models/architectures/index.ts';
import { Random } from '../../../native-models/random.ts';
import { writeFileDurably } from '../../../native-models/weights/files.ts';
import { writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';

const sizes = {
  hidden_size: 16,
  intermediate_size: 24,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  // What fused attention takes on a GPU.
  head_dim: 16,
  vocab_size: 384,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
  eos_token_id: 2,
};

/** What each family has of its own. */
const own: Readonly<Record<string, Partial<ModelConfig>>> = {
  llama: { hidden_act: 'silu' },
  qwen2: { use_sliding_window: false },
  qwen3: { tie_word_embeddings: false, use_sliding_window: false },
  mistral: { sliding_window: 6 },
  phi3: { original_max_position_embeddings: 64, head_dim: undefined, pad_token_id: 0 },
  gemma2: {
    query_pre_attn_scalar: 8,
    sliding_window: 6,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
    hidden_activation: 'gelu_pytorch_tanh',
  },
  gemma3_text: {
    query_pre_attn_scalar: 8,
    sliding_window: 6,
    sliding_window_pattern: 2,
    rope_local_base_freq: 10_000,
    hidden_activation: 'gelu_pytorch_tanh',
  },
  gpt2: { n_embd: 16, n_head: 4, n_inner: 24, n_positions: 64, n_ctx: 64, layer_norm_epsilon: 1e-5 },
};

export const deepFamilies: readonly string[] = Object.keys(own);

/** config.json of a family's model with so many layers. @param contextLength of families whose positions are turned */
export function deepConfig(family: string, layers: number, contextLength = sizes.max_position_embeddings): ModelConfig {
  const config = {
    ...{ ...sizes, max_position_embeddings: contextLength, model_type: family },
    ...{ num_hidden_layers: layers, n_layer: layers, ...own[family] },
  };
  return JSON.parse(JSON.stringify(config)) as ModelConfig;
}

/** Writes the model with random weights that keep its activations near 1 at every depth. */
export async function writeDeepModel(
  family: string,
  layers: number,
  directory: string,
  contextLength?: number,
): Promise<void> {
  const config = deepConfig(family, layers, contextLength);
  const decoder = decoderFromConfig(config);
  const random = new Random(1, 'deep model', family, layers);
  const tensors = [...decoder.weightShapes].map(([weight, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const isNorm = weight.includes('norm') || weight.includes('ln_');
    const middle = isNorm && shape.length === 1 && !weight.endsWith('bias') ? (family.startsWith('gemma') ? 0 : 1) : 0;
    const data = Float32Array.from({ length: size }, () => middle + (random.fraction() - 0.5) * 0.4);
    return { name: decoder.checkpointNames(weight)[0]!, dtype: 'F32' as const, shape, data };
  });
  await writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' });
  await writeFileDurably(join(directory, 'config.json'), JSON.stringify(config));
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) {
    await cp(goldenPath('llama', file), join(directory, file));
  }
}
