/** A base kept in 8 or 4 bits answers like the one in float32, and adapters act on it at full precision. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModelServer } from '../../../native-models/generate/server.ts';
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
    const exact = await ModelServer.open(place);
    const quantized = await ModelServer.open({ ...place, quantized: { precision, cacheDirectory } });
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
