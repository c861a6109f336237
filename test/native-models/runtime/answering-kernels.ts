/** Kernels that answering starts on a GPU: a prompt, and then a token. */

import { join } from 'node:path';
import { DeviceCache, DeviceMemory } from '../../../native-models/generate/device-cache.ts';
import { generateGraph, type GraphAdapters, servingFor } from '../../../native-models/generate/graph.ts';
import { insideModel } from '../../../native-models/generate/included-adapter.ts';
import type { Precision } from '../../../native-models/jobs.ts';
import {
  loadForServing,
  rowWeightsInput,
  serveAdapter,
  type ServedGroup,
  serveTogether,
} from '../../../native-models/lora/serving.ts';
import type { ModelFolder } from '../../../native-models/models/model-folder.ts';
import { readAdapter } from '../../../native-models/peft/format.ts';
import { answeringWeights } from '../../../native-models/quantize/base-weights.ts';
import type { Session } from '../../../native-models/runtime/session.ts';
import type { Tensors } from '../../../native-models/runtime/tensor.ts';
import { difference, type Kernels, kernelsOf } from './kernels.ts';

/** The base alone; one adapter as part of the graph; or adapters as its inputs, one of which the row carries. */
export type AnsweringKind = 'base' | 'one' | 'several';

/** @param adapterDirectory read where the kind asks for one */
export async function answeringKernels(
  model: ModelFolder,
  kind: AnsweringKind,
  precision: Precision,
  adapterDirectory: string,
): Promise<{ readonly prompt: Kernels; readonly token: Kernels }> {
  const { decoder } = model;
  const kept =
    precision === 'f32' ? ({ precision } as const) : { precision, cacheDirectory: join(model.directory, 'blocks') };
  const base = await answeringWeights(model, kept);
  const adapter = kind === 'base' ? undefined : await loadForServing(model, await readAdapter(adapterDirectory));
  const adapters: GraphAdapters = kind === 'base' ? 'base' : kind === 'one' ? insideModel(adapter!) : 'lora';
  const { graph, groups } = generateGraph(model, base, { adapters, ...servingFor(decoder, 'webgpu') });
  const served = kind === 'several' ? serveTogether(groups, [serveAdapter(groups, adapter!)]) : undefined;
  const weights = (tokens: number): Tensors =>
    Object.fromEntries(
      groups.map((group: ServedGroup) => [rowWeightsInput(group), served!.rowWeights(group, [0], tokens)]),
    );
  const prompt = Array.from({ length: 40 }, (_, index) => 3 + index);
  const count = (texts: readonly (readonly number[])[]): Promise<Kernels> =>
    kernelsOf(
      graph,
      async (session: Session) => {
        const memory = new DeviceMemory('webgpu', (error) => {
          throw error;
        });
        const cache = new DeviceCache(decoder, memory);
        cache.open(0);
        cache.reserve(prompt.length + 1);
        for (const ids of texts) {
          const { feeds, into } = await cache.feed(0, [ids], [ids.length - 1], 'in-place');
          await session.run({ ...feeds, ...served?.feeds, ...(served ? weights(ids.length) : {}) }, into);
          cache.keep(0, [ids]);
        }
        await memory.close();
      },
      { externalFolder: base.externalFolder },
    );
  const [once, twice] = [await count([prompt]), await count([prompt, [5]])];
  return { prompt: once, token: difference(once, twice) };
}
