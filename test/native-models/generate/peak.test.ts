/** The predicted peak of answering against the measured one, each in a process of its own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { randomModel, starterFolder } from '../../bench/models.ts';
import { expectPeakWithinFifth } from '../peak.ts';
import type { AnsweringPeakTask } from './peak-child.ts';

const folder = mkdtempSync(join(tmpdir(), 'answering peak '));
const models = { starter: starterFolder, middle: join(folder, 'middle') };

beforeAll(() =>
  randomModel(models.middle, {
    model_type: 'qwen2',
    hidden_act: 'silu',
    hidden_size: 512,
    intermediate_size: 1408,
    num_hidden_layers: 8,
    num_attention_heads: 8,
    num_key_value_heads: 2,
    vocab_size: 32_768,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-6,
    rope_theta: 10_000,
    tie_word_embeddings: true,
  }),
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  { model: 'starter', precision: 'f32' },
  { model: 'middle', precision: 'f32' },
  { model: 'middle', precision: 'int8' },
  { model: 'middle', precision: 'int4' },
] as const)('$model in $precision: within a fifth', ({ model, precision }) => {
  const use = { promptTokens: 128, answerTokens: 64, rank: 16 };
  const task: AnsweringPeakTask = {
    directory: models[model],
    precision,
    // Blocks that another precision left there would not have to be made.
    cacheDirectory: join(folder, precision),
    ...use,
  };
  expectPeakWithinFifth(join(import.meta.dirname, 'peak-child.ts'), task);
});
