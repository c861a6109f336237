/** A vocabulary so large that head and loss are computed part by part: the loss is that of the whole logits. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decoderFromConfig, type ModelConfig } from '../../../../native-models/architectures/index.ts';
import { Random } from '../../../../native-models/random.ts';
import { largestPart } from '../../../../native-models/train/head.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../../../native-models/goldens.ts';
import { within } from './golden-run.ts';
import { usumakuJson } from './usumaku.ts';

const folder = mkdtempSync(join(tmpdir(), '広い語彙 '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const vocabulary = 40_000;
const ids = Array.from({ length: 24 }, (_, index) => (index * 7919) % vocabulary);

async function wideModel(): Promise<string> {
  const directory = join(folder, 'model');
  for (const file of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja', 'config.json'])
    cpSync(goldenPath('llama', file), join(directory, file));
  const golden = JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')) as ModelConfig;
  const config = { ...golden, vocab_size: vocabulary };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  const random = new Random(1, 'wide');
  const tensors = [...decoderFromConfig(config).weightShapes].map(([name, shape]) => {
    const size = shape.reduce((product, side) => product * side, 1);
    const data = Float32Array.from({ length: size }, () => (name.includes('norm') ? 1 : random.fraction() - 0.5));
    return { name, dtype: 'F32' as const, shape, data };
  });
  await writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' });
  return directory;
}

/** Mean over all but the last position of −log softmax(logits)[next id], in float64. */
function meanLoss(logits: Float32Array): number {
  let sum = 0;
  for (let place = 0; place + 1 < ids.length; place++) {
    const row = logits.subarray(place * vocabulary, (place + 1) * vocabulary);
    const largest = row.reduce((most, value) => Math.max(most, value), -Infinity);
    const total = row.reduce((all, value) => all + Math.exp(value - largest), 0);
    sum += largest + Math.log(total) - row[ids[place + 1]!]!;
  }
  return sum / (ids.length - 1);
}

test('train through the command', async () => {
  expect(vocabulary).toBeGreaterThan(2 * largestPart);
  const model = await wideModel();
  const out = join(folder, 'logits.safetensors');
  await usumakuJson(['logits', model, '--ids', ids.join(','), '--out', out]);
  const expected = meanLoss(await readTensor((await openSafetensors(out)).tensors.get('logits')!));

  const tokens = join(folder, 'tokens.safetensors');
  const integers = (name: string, numbers: readonly number[]) => {
    const data = new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    return { name, dtype: 'I64' as const, shape: [1, ids.length], data };
  };
  const ones = ids.map(() => 1);
  await writeSafetensors(tokens, [
    integers('input_ids', ids),
    integers('labels', ids),
    integers('attention_mask', ones),
  ]);
  const training = ['train', model, '--tokens', tokens, '--out', join(folder, 'adapter'), '--steps', '2'];
  const [first, second] = await usumakuJson([...training, '--lr', '0.01', '--warmup', '0']);
  within('loss of a wide vocabulary', Math.abs((first?.loss as number) / expected - 1), 1e-5);
  expect(second?.loss).toBeLessThan(first?.loss as number);
});
