/** Decoding with and without an adapter, and changing the adapter between two answers. */

import type { ModelFolder } from '../../native-models/architectures/model-folder.ts';
import { decode, type LastText } from '../../native-models/generate/decode.ts';
import type { BaseWeights } from '../../native-models/quantize/base-weights.ts';
import { generateGraph } from '../../native-models/generate/graph.ts';
import type { Device } from '../../native-models/jobs.ts';
import { loraConfig } from '../../native-models/lora/config.ts';
import { readAdapter, writeAdapter } from '../../native-models/lora/format.ts';
import { loadForServing, serveAdapters } from '../../native-models/lora/serving.ts';
import { adapterShape } from '../../native-models/lora/shape.ts';
import { groupModules } from '../../native-models/lora/stack.ts';
import { adapterModules, newAdapter } from '../../native-models/lora/training.ts';
import { openSession, type Session } from '../../native-models/runtime/session.ts';
import { discard } from '../../native-models/runtime/tensor.ts';

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
  const stacks = serveAdapters(groups, [adapter]);
  // As the server does it.
  for (const { A, B } of adapter.modules.values()) [A, B].forEach(discard);
  return { groups, stacks };
}

/** Tokens at the end of a prompt in which another question differs. */
const questionTokens = 16;

/** Token ids of a text that means nothing; with other questions only its end differs. */
export const promptOf = (tokens: number, vocabularySize: number, question = 0): readonly number[] =>
  Array.from({ length: tokens }, (_, index) => {
    return (7 * index + (index < tokens - questionTokens ? 0 : question)) % vocabularySize;
  });

/** Answers prompts with exactly `tokens` new tokens each, by the base (null) or with one of the adapters. */
export async function openDecoding(
  model: ModelFolder,
  base: BaseWeights,
  adapterFolders: readonly string[],
  device: Device,
) {
  const { decoder } = model;
  const { externalFolder } = base;
  const positions = Math.min(decoder.contextLength, 512);
  const adapters = await Promise.all(adapterFolders.map((folder) => loadAdapter(model, folder)));
  const sessions = new Map<'base' | 'one', Promise<Session>>();
  const sessionOf = (kind: 'base' | 'one'): Promise<Session> => {
    const known = sessions.get(kind);
    if (known) return known;
    const { graph } = generateGraph(model, base, { kind, positions, fused: true });
    const opening = openSession(graph, { device, externalFolder });
    sessions.set(kind, opening);
    return opening;
  };
  const last: LastText = { text: undefined };
  let questions = 0;
  /** @param remember goes on from the last prompt answered so, of which only the end differs */
  const answer = async (
    adapter: number | null,
    rows: number,
    tokens: number,
    promptTokens = 32,
    remember = false,
  ): Promise<void> => {
    const prompt = promptOf(promptTokens, decoder.vocabularySize, remember ? ++questions : 0);
    await decode(
      {
        session: await sessionOf(adapter === null ? 'base' : 'one'),
        fused: true,
        decoder,
        contextLength: positions,
        adapterFeeds: () => (adapter === null ? {} : adapters[adapter]!.stacks.feeds),
        sampling: { maxNewTokens: tokens, temperature: 0, topP: 1, seed: 0 },
        stopTokenIds: new Set(),
        turn: async () => {},
        ...(remember ? { lastText: () => last } : {}),
      },
      Array.from({ length: rows }, () => prompt),
    );
  };
  const close = async (): Promise<void> => {
    for (const session of sessions.values()) await (await session).close();
  };
  return { answer, close };
}
