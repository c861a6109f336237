/** Weights that onnxruntime packed once: the same bits, mapped by every session, made anew for another machine. */

import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nextLogits, pieceTokensFor } from '../../../native-models/generate/decode.ts';
import { generateGraph } from '../../../native-models/generate/graph.ts';
import { TextCache } from '../../../native-models/generate/text-cache.ts';
import type { Graph } from '../../../native-models/graph/graph.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { answeringWeights } from '../../../native-models/quantize/base-weights.ts';
import { quantizedWeights } from '../../../native-models/quantize/cache.ts';
import { prepackedAlignment } from '../../../native-models/runtime/prepack.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import {
  openSafetensors,
  readBytes,
  readTensor,
  writeSafetensors,
} from '../../../native-models/weights/safetensors.ts';
import { randomModel } from '../../bench/models.ts';
import { goldenPath } from '../goldens.ts';
import { openGolden } from '../goldens/golden.ts';
import type { SharedMemory } from './sharing-child.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'usumaku-prepacked-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test.each(['int8', 'int4'] as const)('%s: mapped packed weights answer with the same bits', async (precision) => {
  const { model, reference } = await openGolden('qwen2-tied');
  const base = await answeringWeights(model, { precision, cacheDirectory: folder });
  const options = { adapters: 'base', attention: 'fused' } as const;
  const logits = async (graph: Graph): Promise<Float32Array> => {
    const session = await openSession(graph, { device: 'cpu', externalFolder: base.externalFolder });
    const pieceTokens = pieceTokensFor(precision);
    const { decoder } = model;
    const newCache = (places: number) => new TextCache(decoder, places);
    const setup = { session, attention: 'fused', newCache, pieceTokens, decoder, adapterFeeds: () => ({}) } as const;
    return nextLogits(setup, [reference.greedy_prompt_ids]).finally(() => session.close());
  };
  const { graph } = generateGraph(model, base, options);
  const mapped = [...graph.externals.values()].filter(({ prepacked }) => prepacked);
  expect(mapped.length).toBe(model.decoder.linearModules.length + 1);
  for (const { prepacked } of mapped) expect(prepacked!.offset % prepackedAlignment).toBe(0);
  const shared = await logits(graph);
  for (const [value, { location, offset, length }] of graph.externals) {
    graph.externals.set(value, { location, offset, length });
  }
  expect(shared).toEqual(await logits(graph));
});

test('what another machine packed is packed anew', async () => {
  const model = await openModelFolder(goldenPath('qwen2-tied'));
  const weight = 'model.layers.0.mlp.down_proj.weight';
  const requests = [{ weight, transposed: false, format: { bits: 4, blockSize: 16 }, prepacked: true }] as const;
  const open = async () => {
    let made = 0;
    const weights = await quantizedWeights(model, requests, { cacheDirectory: folder, onProgress: () => made++ });
    return { made, ...weights.matrix(weight, false) };
  };
  const first = await open();
  expect(first.made).toBe(1);
  const path = first.packed.file;
  const { metadata } = await openSafetensors(path);
  const tensors = [
    { name: 'packed', dtype: 'U8', shape: first.packed.shape, data: await readBytes(first.packed) },
    { name: 'scales', dtype: 'F32', shape: first.scales.shape, data: await readTensor(first.scales) },
  ] as const;
  expect(basename(path)).toMatch(/\.prepacked-[\da-f]{12}\.safetensors$/);
  const other = path.replace(/prepacked-[\da-f]{12}/, 'prepacked-0123456789ab');
  await writeSafetensors(other, tensors, { ...metadata, prepacked_for: 'another machine' });
  await writeFile(`${other}.sha256`, 'of another machine');
  await rm(path);
  const second = await open();
  expect(second.made).toBe(1);
  expect(second.prepacked?.key).toBe(first.prepacked?.key);
  expect((await open()).made).toBe(0);
  const [cache] = await readdir(folder);
  expect(await readdir(join(folder, cache!))).toHaveLength(2);
});

// The kernel tells a process's own memory from mapped files on Linux alone.
test.skipIf(process.platform !== 'linux')(
  'the graph with adapters shares the weights of the graph without',
  async () => {
    const directory = await randomModel(join(folder, 'model'), {
      model_type: 'qwen2',
      hidden_act: 'silu',
      hidden_size: 512,
      intermediate_size: 1408,
      num_hidden_layers: 1,
      num_attention_heads: 8,
      num_key_value_heads: 2,
      vocab_size: 98_304,
      max_position_embeddings: 256,
      rms_norm_eps: 1e-6,
      rope_theta: 10_000,
      tie_word_embeddings: true,
    });
    // Not made in the process that is measured: what making leaves free would hide what the graphs take.
    const cacheDirectory = join(folder, 'cache');
    await answeringWeights(await openModelFolder(directory), { precision: 'int8', cacheDirectory });
    const child = join(import.meta.dirname, 'sharing-child.ts');
    const output = execFileSync(process.execPath, [child, directory, cacheDirectory], { encoding: 'utf8' });
    const { weights, before, base, both } = JSON.parse(output) as SharedMemory;
    const megabytes = [weights, base - before, both - base].map((bytes) => Math.round(bytes / 1e6));
    console.info(
      `weights ${megabytes[0]} MB; own memory of the first graph ${megabytes[1]}, of the second ${megabytes[2]} MB`,
    );
    expect(base - before).toBeLessThan(weights / 2);
    expect(both - base).toBeLessThan(weights / 2);
  },
);
