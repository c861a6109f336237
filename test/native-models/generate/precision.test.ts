/** A base kept in 8 or 4 bits answers like the one in float32, and adapters act on it at full precision. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelServer } from '../../../native-models/generate/server.ts';
import type { QuantizeProgress } from '../../../native-models/jobs.ts';
import { onQuantizing } from '../../../native-models/quantize/progress.ts';
import { goldenPath } from '../goldens.ts';
import { largestDifference, openGolden } from '../goldens/golden.ts';

// Biases on tied weights stored as bfloat16, weights stored [in, out] with learned positions, one matrix for q, k and v.
const models = ['qwen2-tied', 'gpt2', 'phi3'];
const greedy = { maxNewTokens: 8, temperature: 0, topP: 1, seed: 0 };

/** Of the largest logit. These models are random and 64 wide: rounding averages out less than in real ones. */
const tolerances = { int8: 0.05, int4: 0.4 } as const;

describe.each(models)('%s', (name) => {
  let cacheDirectory: string;
  beforeAll(async () => {
    cacheDirectory = await mkdtemp(join(tmpdir(), 'usumaku-precision-'));
  });
  afterAll(() => rm(cacheDirectory, { recursive: true, force: true }));

  test.each(['int8', 'int4'] as const)('%s', async (precision) => {
    const place = { modelDirectory: goldenPath(name), device: 'cpu' } as const;
    const exact = await ModelServer.open({ ...place, precision: 'f32' });
    const told: (QuantizeProgress | null)[] = [];
    onQuantizing((progress) => told.push(progress));
    const quantized = await ModelServer.open({ ...place, precision, cacheDirectory });
    // Said before each matrix that has to be made, and that it is over. Embedding and head exist after the first precision.
    const { total, done } = told[0]!;
    expect(told.length).toBe(total - done + 1);
    expect(done).toBe(precision === 'int8' ? 0 : total - quantized.model.decoder.linearModules.length);
    expect(told.at(-2)).toEqual({ precision, done: total - 1, total });
    expect(told.at(-1)).toBeNull();
    told.length = 0;
    await (await ModelServer.open({ ...place, precision, cacheDirectory })).close();
    expect(told).toEqual([]);
    const ids = (await openGolden(name)).reference.greedy_prompt_ids;
    const adapter = goldenPath(name, 'lora_final');
    const size = exact.model.decoder.vocabularySize;
    try {
      for (const adapterDirectory of [null, adapter]) {
        const expected = await exact.logits([{ ids, adapterDirectory }]);
        const actual = await quantized.logits([{ ids, adapterDirectory }]);
        const difference = largestDifference(actual, expected);
        console.info(`${name} ${precision}: ${difference.toFixed(4)} of the largest logit`);
        expect(difference).toBeLessThan(tolerances[precision]);
        expect(difference).toBeGreaterThan(0);
      }
      const rows = [null, adapter].map((adapterDirectory) => ({ ids, adapterDirectory }));
      const together = await quantized.logits(rows);
      for (const [index, row] of rows.entries()) {
        const beside = together.subarray(index * size, (index + 1) * size);
        expect(largestDifference(beside, await quantized.logits([row]))).toBeLessThan(1e-5);
      }
      // Token by token as all at once: the cache holds what the quantized base computed.
      const [answer] = await quantized.answer([{ ids, adapterDirectory: null }], greedy, async () => {});
      expect(answer!.ids.length).toBe(8);
    } finally {
      await exact.close();
      await quantized.close();
    }
  });
});
