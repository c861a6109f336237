/** What generation_config.json asks of whoever answers, and is not done here: said, never passed over. */

import type { FolderFiles } from '../weights/folder-files.ts';

/**
 * Settings of transformers' `GenerationConfig` that change which tokens are chosen, with the values that change nothing.
 * Ends of answers (`eos_token_id`) are kept, ids of padding and sizes of caches choose no token.
 * https://huggingface.co/docs/transformers/main_classes/text_generation
 */
const withoutEffect: Readonly<Record<string, readonly unknown[]>> = {
  do_sample: [false],
  temperature: [1],
  top_k: [],
  top_p: [1],
  min_p: [0],
  top_h: [0],
  typical_p: [1],
  epsilon_cutoff: [0],
  eta_cutoff: [0],
  num_beams: [1],
  num_beam_groups: [1],
  diversity_penalty: [0],
  length_penalty: [1],
  early_stopping: [false],
  constraints: [],
  force_words_ids: [],
  penalty_alpha: [0],
  dola_layers: [],
  repetition_penalty: [1],
  encoder_repetition_penalty: [1],
  no_repeat_ngram_size: [0],
  encoder_no_repeat_ngram_size: [0],
  bad_words_ids: [],
  sequence_bias: [],
  suppress_tokens: [],
  begin_suppress_tokens: [],
  forced_bos_token_id: [],
  forced_eos_token_id: [],
  exponential_decay_length_penalty: [],
  min_length: [0],
  min_new_tokens: [0],
  guidance_scale: [1],
  watermarking_config: [],
  renormalize_logits: [false],
  stop_strings: [],
};

/** Of these, only where it samples: transformers reads them there alone. */
const ofSampling = ['temperature', 'top_k', 'top_p', 'min_p', 'top_h', 'typical_p', 'epsilon_cutoff', 'eta_cutoff'];

/** As `repetition_penalty 1.05`, in the order of the file. Raises what `readJsonObject` raises. */
export async function unmetWishes(files: FolderFiles): Promise<readonly string[]> {
  const config = (await files.json('generation_config.json')) ?? {};
  const samples = config['do_sample'] === true;
  return Object.entries(config).flatMap(([name, value]) => {
    const neutral = withoutEffect[name];
    if (neutral === undefined || value === null || neutral.includes(value)) return [];
    if (ofSampling.includes(name) && !samples) return [];
    return [`${name} ${JSON.stringify(value)}`];
  });
}
