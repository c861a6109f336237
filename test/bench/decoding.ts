/** Decoding with and without an adapter, and changing the adapter between two answers. */

import type { ModelFolder } from '../../native-models/architectures/model-folder.ts';
import { decode } from '../../native-models/generate/decode.ts';
import { generateGraph, rowWeightsInput } from '../../native-models/generate/graph.ts';
import type { Device } from '../../native-models/jobs.ts';
import { loraConfig } from '../../native-models/lora/config.ts';
import { readAdapter, writeAdapter } from '../../native-models/lora/format.ts';
import { loadForServing, serveAdapters } from '../../native-models/lora/serving.ts';
import { adapterShape } from '../../native-models/lora/shape.ts';
import { groupModules } from '../../native-models/lora/stack.ts';
import { adapterModules, newAdapter } from '../../native-models/lora/training.ts';
import { openSession } from '../../native-models/runtime/session.ts';

/** Bytes of weights that one decoded token reads in float32: every linear layer and the head. */
export function weightBytes({ decoder }: ModelFolder): number {
  const linear = decoder.linearModules.reduce((sum, { inputSize, outputSize }) => sum + inputSize * outputSize, 0);
  return 4 * (linear + decoder.hiddenSize * decoder.vocabularySize);
}

/** Writes a PEFT folder with an adapter of that rank on every linear layer. */
export async function randomAdapter(model: ModelFolder, directory: string, rank: number, seed: number) {
  const targets = [...new Set(model.decoder.linearModules.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)))];
  const config = loraConfig({ r: rank, lora_alpha: 2 * rank, target_modules: targets });
  const shape = adapterShape(model.decoder, config);
  const modules = adapterModules(
    shape,
    newAdapter(shape, seed, () => new Float32Array()),
  );
  await writeAdapter(directory, { config, modules, provenance: null });
}

/** Reads an adapter folder, hash checked, and lays it out for the graph: all that a swap needs. */
export async function loadAdapter(model: ModelFolder, directory: string) {
  const groups = groupModules(model.decoder.linearModules);
  const adapter = await loadForServing(model, await readAdapter(directory));
  return { groups, stacks: serveAdapters(groups, [adapter]) };
}

/** Functions that answer `rows` prompts with exactly `tokens` new tokens each, by the base or with the adapter. */
export async function openDecoding(model: ModelFolder, adapterFolder: string, device: Device) {
  const { decoder, directory } = model;
  const context = Math.min(decoder.contextLength, 512);
  const [base, adapted] = await Promise.all(
    (['base', 'lora'] as const).map((kind) =>
      openSession(generateGraph(model, kind, context).graph, { device, externalFolder: directory }),
    ),
  );
  const { groups, stacks } = await loadAdapter(model, adapterFolder);
  const answer = async (withAdapter: boolean, rows: number, tokens: number): Promise<void> => {
    const places = Array.from({ length: rows }, () => 0);
    const rowWeights = groups.map((group) => [rowWeightsInput(group), stacks.rowWeights(group, places)] as const);
    const prompt = Array.from({ length: 32 }, (_, index) => (7 * index) % decoder.vocabularySize);
    await decode(
      {
        session: withAdapter ? adapted! : base!,
        decoder,
        adapterFeeds: withAdapter ? { ...stacks.feeds, ...Object.fromEntries(rowWeights) } : {},
        contextLength: context,
        stopTokenIds: new Set(),
        sampling: { maxNewTokens: tokens, temperature: 0, topP: 1, seed: 0 },
        turn: async () => {},
      },
      places.map(() => prompt),
    );
  };
  const close = async (): Promise<void> => {
    await base!.close();
    await adapted!.close();
  };
  return { answer, close };
}
