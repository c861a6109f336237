/** Texts on a GPU that another run gave up. */

import { expect, test } from 'vitest';
import { DeviceCache, DeviceMemory } from '../../../native-models/generate/device-cache.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { goldenPath } from '../goldens.ts';

test('texts whose device was given up say so before a graph of another device is fed with them', async () => {
  const { decoder } = await openModelFolder(goldenPath('llama'));
  const memory = new DeviceMemory('webgpu', (error) => {
    throw error;
  });
  const cache = new DeviceCache(decoder, memory);
  cache.open(0);
  // Answers beside each other and single ones read everything again on the CPU where they meet this.
  await expect(cache.feed(0, [[1]], [0], 'fused')).rejects.toMatchObject({
    fallback: { from: 'webgpu', to: 'cpu', reason: 'failed', detail: 'the device was given up by another run' },
  });
});
