/** Decoding with and without an adapter, and changing the adapter between two answers. */

import type { ModelFolder } from '../../native-models/models/model-folder.ts';
import { ModelServer } from '../../native-models/generate/server.ts';
import type { AnsweringModel } from '../../native-models/jobs.ts';
import { loraConfig } from '../../native-models/peft/config.ts';
import { readAdapter, writeAdapter } from '../../native-models/peft/format.ts';
import { Random } from '../../native-models/random.ts';
import { loadForServing, separateGroups, serveAdapter } from '../../native-models/lora/serving.ts';
import { adapterShape } from '../../native-models/lora/shape.ts';
import { adapterModules, newAdapter } from '../../native-models/lora/training.ts';

/** Bytes of weights that one decoded token reads in float32: every linear layer and the head. */
export function weightBytes({ decoder }: ModelFolder): number {
  const linear = decoder.linearModules.reduce((sum, { inputSize, outputSize }) => sum + inputSize * outputSize, 0);
  return 4 * (linear + decoder.hiddenSize * decoder.vocabularySize);
}

/** Writes a PEFT folder with an adapter of that rank on every linear layer. @param change largest number in B; 0: the base's answers */
export async function randomAdapter(model: ModelFolder, directory: string, rank: number, seed: number, change = 0) {
  const targets = [...new Set(model.decoder.linearModules.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)))];
  const config = loraConfig({ r: rank, lora_alpha: 2 * rank, target_modules: targets });
  const shape = adapterShape(model.decoder, config);
  const tensors = newAdapter(shape, seed, () => new Float32Array());
  const random = new Random(seed, 'change');
  for (const { name, values } of tensors) {
    if (change > 0 && name.startsWith('lora_B'))
      values.forEach((_, index) => (values[index] = change * (2 * random.fraction() - 1)));
  }
  const modules = adapterModules(shape, tensors);
  await writeAdapter(directory, { config, modules, provenance: null });
}

/** Reads an adapter folder, hash checked, and lays it out for the graph. */
export async function loadAdapter(model: ModelFolder, directory: string) {
  const groups = separateGroups(model.decoder.linearModules);
  return serveAdapter(groups, await loadForServing(model, await readAdapter(directory)));
}

/** Tokens at the end of a prompt in which another question differs. */
const questionTokens = 16;

/** Token ids that mean nothing; another text shares no place with it, another question of the same text only its end not. */
export const promptOf = (tokens: number, vocabularySize: number, text = 0, question = 0): readonly number[] =>
  Array.from({ length: tokens }, (_, index) => {
    return (7 * index + 101 * text + (index < tokens - questionTokens ? 0 : question)) % vocabularySize;
  });

/** Answers as the app does, with exactly `tokens` new tokens for each row, by the base (null) or one of the adapters. */
export async function openDecoding(model: AnsweringModel, adapterFolders: readonly string[]) {
  const server = await ModelServer.open(model);
  const { vocabularySize } = server.model.decoder;
  let [texts, questions] = [0, 0];
  /** @param related whether only the prompt's end differs from the last one's */
  const answer = async (
    adapter: number | null,
    rows: number,
    tokens: number,
    promptTokens = 32,
    related = false,
  ): Promise<void> => {
    const prompt = () => promptOf(promptTokens, vocabularySize, related ? texts : ++texts, ++questions);
    const adapterDirectory = adapter === null ? null : adapterFolders[adapter]!;
    await server.answer(
      Array.from({ length: rows }, () => ({ ids: prompt(), adapterDirectory })),
      { maxNewTokens: tokens, temperature: 0, topP: 1, seed: 0, ignoreEndOfTurn: true },
      async () => {},
    );
  };
  return { answer, close: () => server.close() };
}
