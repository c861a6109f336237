/** Models to measure: the starter as it lies in the repository, and a well-known shape filled with random weights. */

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decoderFromConfig, type ModelConfig } from '../../native-models/architectures/index.ts';
import { Random } from '../../native-models/random.ts';
import { writeSafetensors } from '../../native-models/weights/safetensors.ts';

export const starterFolder = join(import.meta.dirname, '../../native-models/starter/model');

/** Shape of Qwen2.5-0.5B: https://huggingface.co/Qwen/Qwen2.5-0.5B/blob/main/config.json */
export const qwenHalfBillion: ModelConfig = {
  model_type: 'qwen2',
  hidden_act: 'silu',
  hidden_size: 896,
  intermediate_size: 4864,
  num_hidden_layers: 24,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 32_768,
  rms_norm_eps: 1e-6,
  rope_theta: 1_000_000,
  tie_word_embeddings: true,
};

const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json'];

/** Writes a model of that shape with random weights and the starter's tokenizer; its numbers mean nothing, its work is real. */
export async function randomModel(
  directory: string,
  config: ModelConfig,
  dtype: 'F32' | 'BF16' = 'F32',
): Promise<string> {
  await mkdir(directory, { recursive: true });
  for (const file of tokenizerFiles) await cp(join(starterFolder, file), join(directory, file));
  await writeFile(join(directory, 'config.json'), JSON.stringify(config));
  const random = new Random(1, 'bench');
  const noise = Float32Array.from({ length: 65_521 }, () => 0.04 * (random.fraction() - 0.5));
  // No two tensors alike: onnxruntime keeps one packed copy of equal weights, and memory would look smaller than it is.
  let start = 0;
  const tensors = [...decoderFromConfig(config).weightShapes].map(([name, shape]) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    if (name.includes('norm')) data.fill(1);
    else for (let at = 0; at < data.length; at++) data[at] = noise[start++ % noise.length]!;
    return { name, dtype, shape, data };
  });
  await writeSafetensors(join(directory, 'model.safetensors'), tensors);
  return directory;
}

/** Gives a model a vocabulary in which each token is a word, so that each token of an answer comes to whoever asked at once. */
export async function tellEachToken(directory: string, vocabularySize: number): Promise<void> {
  const file = join(directory, 'tokenizer.json');
  const tokenizer = JSON.parse(await readFile(file, 'utf8')) as { added_tokens: { id: number; content: string }[] };
  const special = new Map(tokenizer.added_tokens.map(({ id, content }) => [id, content]));
  const words = Array.from({ length: vocabularySize }, (_, id) => [special.get(id) ?? `w${id}`, id] as const);
  const model = { type: 'WordLevel', vocab: Object.fromEntries(words), unk_token: `w${vocabularySize - 1}` };
  const whole = { ...tokenizer, pre_tokenizer: { type: 'WhitespaceSplit' }, decoder: null, model };
  await writeFile(file, JSON.stringify(whole));
}
