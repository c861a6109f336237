/** The predicted peak of training against the measured one, each in a process of its own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { randomModel } from '../../bench/models.ts';
import { expectPeakWithinFifth } from '../peak.ts';
import type { PeakTask } from './peak-child.ts';

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'peak '));
  await randomModel(folder, {
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: 384,
    intermediate_size: 1024,
    num_hidden_layers: 6,
    num_attention_heads: 6,
    num_key_value_heads: 2,
    vocab_size: 16_384,
    max_position_embeddings: 512,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  { batch: 6, tokens: 128, trainedPerRow: 32, mapped: false, recompute: false },
  { batch: 2, tokens: 256, trainedPerRow: 128, mapped: true, recompute: false },
  { batch: 8, tokens: 256, trainedPerRow: 32, mapped: false, recompute: true },
  { batch: 8, tokens: 256, trainedPerRow: 32, mapped: true, recompute: true },
])('$batch × $tokens tokens, mapped: $mapped, recomputed: $recompute: within a fifth', (shape) => {
  const task: PeakTask = { directory: folder, ...shape };
  expectPeakWithinFifth(join(import.meta.dirname, 'peak-child.ts'), task);
});
