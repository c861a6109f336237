/** A flag is not believed over a file: which output head a folder has, whatever `tie_word_embeddings` says. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { checkModel, inspectModel } from '../../../native-models/models/inspect.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { openSafetensors, readBytes, writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { largestDifference } from '../goldens/golden.ts';
import { referenceLogits } from './reference.ts';
import { plainSettings, referenceWeights, variants, writeVariant } from './variants.ts';

const given = join(import.meta.dirname, '../../cases/models/tied-flag-own-head');
const root = mkdtempSync(join(tmpdir(), 'usumaku head '));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The case with another flag, and its head as it is, equal to the embedding, of another height, or gone. */
async function folderWith(flag: boolean, head: 'own' | 'embedding' | 'short' | 'none'): Promise<string> {
  const directory = mkdtempSync(join(root, 'model '));
  cpSync(given, directory, { recursive: true });
  const path = join(directory, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...config, tie_word_embeddings: flag }));
  const { tensors } = await openSafetensors(join(given, 'model.safetensors'));
  const written = await Promise.all(
    [...tensors.values()]
      .filter(({ name }) => name !== 'lm_head.weight' || head !== 'none')
      .map(async ({ name, dtype, shape }) => {
        const source = name === 'lm_head.weight' && head === 'embedding' ? 'model.embed_tokens.weight' : name;
        const data = await readBytes(tensors.get(source)!);
        if (name !== 'lm_head.weight' || head !== 'short') return { name, dtype, shape, data };
        const [rows, columns] = [shape[0]! - 1, shape[1]!];
        return { name, dtype, shape: [rows, columns], data: data.subarray(0, (data.length / shape[0]!) * rows) };
      }),
  );
  await writeSafetensors(join(directory, 'model.safetensors'), written, { format: 'pt' });
  return directory;
}

const ids = [5, 60, 200, 7];
const logits = async (directory: string): Promise<Float32Array> =>
  floatsOf(await logitsOf(await openModelFolder(directory), ids, null, 'cpu'));

let own: Float32Array;
beforeAll(async () => {
  own = await logits(given);
});

test('the flag says tied, and the file holds a head: the head answers, as in transformers 5.18', async () => {
  const weights = await referenceWeights(join(given, 'model.safetensors'));
  const sizes = { hiddenSize: 64, intermediateSize: 112, headDim: 16, scoreScale: 16 ** -0.5 };
  const settings = { ...plainSettings, ...sizes, tied: false };
  const expected = referenceLogits(settings, weights, ids).flatMap((row) => [...row]);
  expect(largestDifference(own, Float32Array.from(expected))).toBeLessThan(1e-5);
  expect(own).toEqual(await logits(await folderWith(false, 'own')));
  expect(own).not.toEqual(await logits(await folderWith(true, 'none')));
});

test('a head that equals the embedding is not kept twice', async () => {
  const { decoder } = await openModelFolder(await folderWith(true, 'embedding'));
  expect(decoder.weightShapes.has('lm_head.weight')).toBe(false);
  expect((await openModelFolder(given)).decoder.weightShapes.has('lm_head.weight')).toBe(true);
});

test('the flag says not tied, and there is no head: refused by the name of the tensor', async () => {
  const directory = await folderWith(false, 'none');
  const refusal = { code: 'weights-tensor-missing', values: { tensor: 'lm_head.weight' } };
  await expect(openModelFolder(directory)).rejects.toMatchObject(refusal);
  await expect(inspectModel({ directory })).rejects.toMatchObject(refusal);
});

test('a head of another size is refused, never passed over', async () => {
  const directory = await folderWith(true, 'short');
  await expect(openModelFolder(directory)).rejects.toMatchObject({ code: 'weights-shape-mismatch' });
});

test('the check list counts the head', async () => {
  const control = { turn: async () => {} };
  const report = await checkModel({ directory: given }, { control, onEvent: () => {} });
  expect(report.lines.find(({ item }) => item === 'tensors')?.state).toBe('good');
  expect(report.lines.find(({ item }) => item === 'tensors')?.found['parameters']).toBe(
    (await openModelFolder(await folderWith(false, 'own'))).parameters,
  );
});

test('a model inside another, too', async () => {
  const directory = join(root, 'gemma3');
  const variant = variants.find(({ config }) => config['model_type'] === 'gemma3')!;
  const text = { ...(variant.config['text_config'] as object), tie_word_embeddings: true };
  await writeVariant({ ...variant, config: { ...variant.config, text_config: text } }, directory);
  expect((await openModelFolder(directory)).decoder.weightShapes.has('lm_head.weight')).toBe(false);
  const { tensors } = await openSafetensors(join(directory, 'model.safetensors'));
  const others = [...tensors.values()].filter(({ name }) => !name.endsWith('lm_head.weight'));
  const all = await Promise.all(others.map(async (tensor) => ({ ...tensor, data: await readBytes(tensor) })));
  const embedding = all.find(({ name }) => name.endsWith('embed_tokens.weight'))!;
  const head = { ...embedding, name: 'language_model.lm_head.weight', data: embedding.data.toReversed() };
  await writeSafetensors(join(directory, 'model.safetensors'), [...all, head], { format: 'pt' });
  const { decoder, weights } = await openModelFolder(directory);
  expect(decoder.weightShapes.has('lm_head.weight')).toBe(true);
  expect(weights.tensors.get('lm_head.weight')?.name).toBe('language_model.lm_head.weight');
});
