/** Rotary tables of a training reach as far as its texts, not as far as the model could: the same numbers in less memory. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { newAdapter } from '../../../native-models/lora/training.ts';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { type ModelFolder, openModelFolder } from '../../../native-models/models/model-folder.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds } from '../../../native-models/train/batch.ts';
import { openTrainingData } from '../../../native-models/train/data.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { openMethod } from '../../../native-models/train/methods.ts';
import { computeGradients } from '../../../native-models/train/step.ts';
import { variants, writeVariant } from '../architectures/variants.ts';
import { goldenPath } from '../goldens.ts';
import { exampleLines, plantJob } from './plant-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'rotary-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function gradients(model: ModelFolder, positions: number, lengths: readonly number[]) {
  const shape = adapterShape(model.decoder, loraConfig({ r: 2, lora_alpha: 4, target_modules: 'all-linear' }));
  const parameters = newAdapter(shape, 1, () => new Float32Array()).map(({ name, shape, values }) =>
    createParameter(name, shape, values),
  );
  // Packed into one row: its positions restart, and each text takes the table of its own length.
  const row = lengths.map((length) => {
    const ids = Array.from({ length }, (_, index) => 3 + ((index * 37) % 200));
    return { ids, labels: ids, firstPosition: model.decoder.firstPosition(length) };
  });
  const graph = loraTrainGraph(model, shape, { positions });
  const session = await openSession(graph, { device: 'cpu', externalFolder: model.directory });
  const result = await computeGradients(session, parameters, [batchFeeds([row], 0.01)]);
  await session.close();
  return { loss: result.loss, values: parameters.map(({ name }) => [...result.byParameter.get(name)!]) };
}

// Frequencies change beyond 20 tokens in the first two; the third has a second rope for its sliding layers.
test.each([
  ['llama, dynamic', [16, 32], 48],
  ['phi3, longrope under its first name su', [16, 32], 48],
  ['phi3, longrope under its first name su', [16, 12], 28],
  ['gemma3', [16, 32], 48],
])('%s, texts of %s tokens', async (name, lengths, widest) => {
  const variant = variants.find((each) => each.name.startsWith(name))!;
  const directory = join(folder, `${name} ${widest}`);
  await writeVariant(variant, directory);
  const model = await openModelFolder(directory);
  expect(await gradients(model, widest, lengths)).toEqual(await gradients(model, 4096, lengths));
});

test('a job on a model of long context asks for tables of its rows', async () => {
  const directory = join(folder, 'long context');
  cpSync(goldenPath('llama'), directory, { recursive: true });
  const config = JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 32_768 }));
  const model = await openChatModel(directory);
  const tables = async (answer: string): Promise<readonly (number | string)[]> => {
    const plant = await plantJob(exampleLines(8, () => answer));
    const long = { ...plant.job('x'), modelDirectory: directory };
    const { longestText } = await openTrainingData(model, long, 32_768);
    const method = await openMethod(model, long, longestText);
    const graph = method.trainGraph({ recompute: 'none' });
    await plant.dispose();
    return [longestText, [...graph.constants.keys()].find(({ name }) => name === 'rotary_cosine')!.shape[0]!];
  };
  expect((await tables('25 N·m'))[1]).toBe(512);
  const [longest, table] = await tables('25 N·m '.repeat(200));
  expect(longest).toBeGreaterThan(512);
  expect(table).toBe(longest);
});
