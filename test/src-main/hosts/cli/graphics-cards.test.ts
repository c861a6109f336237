/** Graphics cards on the terminal: how they are listed, named and refused. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MachineReport } from '../../../../src-main/contract/entities.ts';
import { cardLines, deviceSentence, fallbackSentence } from '../../../../src-main/hosts/cli/device-words.ts';
import { deviceOption } from '../../../../src-main/hosts/cli/model-options.ts';
import { pathOfTwoCards } from '../../../fixtures/two-cards.ts';
import { goldenPath } from '../../../native-models/goldens.ts';
import { usumaku } from './usumaku.ts';

const folder = mkdtempSync(join(tmpdir(), 'cards '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const laptop = {
  devices: ['dml:0', 'dml:1', 'webgpu', 'cpu'],
  cards: [
    { name: 'Intel(R) Iris(R) Xe Graphics', driver: '31.0.101.4502', memoryBytes: 134_217_728, devices: ['dml:0'] },
    { name: 'NVIDIA RTX 4070', driver: '31.0.15.5161', memoryBytes: 8_344_567_808, devices: ['dml:1'] },
  ],
} satisfies Pick<MachineReport, 'devices' | 'cards'>;

test('each card with its memory, its driver and the name by which it is asked for', () => {
  expect(cardLines(laptop)).toEqual([
    'Graphics cards:',
    '  Intel(R) Iris(R) Xe Graphics, 134 MB, driver 31.0.101.4502, --device dml:0',
    '  NVIDIA RTX 4070, 8.3 GB, driver 31.0.15.5161, --device dml:1',
    '  WebGPU picks one of them itself, a dedicated card before one within the processor, and cannot be told another.',
  ]);
  const [unnumbered] = [laptop.cards.map((card) => ({ ...card, memoryBytes: null, driver: null, devices: [] }))];
  expect(cardLines({ devices: ['dml', 'cpu'], cards: unnumbered })).toEqual([
    'Graphics cards:',
    '  Intel(R) Iris(R) Xe Graphics',
    '  NVIDIA RTX 4070',
    '  Windows does not tell how DirectML numbers them: it takes the one of the main screen; USUMAKU_DML_ADAPTER=1 names the second.',
  ]);
  expect(cardLines({ devices: ['cuda', 'cpu'], cards: unnumbered }).at(-1)).toBe(
    '  Nobody tells which of them has which number of CUDA: it takes its first; CUDA_VISIBLE_DEVICES=1 makes that the second.',
  );
  // With one card there is nothing to tell apart.
  expect(cardLines({ devices: ['dml', 'webgpu', 'cpu'], cards: laptop.cards.slice(1) })).toHaveLength(2);
  expect(cardLines({ devices: ['cpu'], cards: [] })).toEqual(['Graphics cards: none that the system names']);
});

test('a sentence names the card, or its number where only that is known', () => {
  const values = { device: 'dml:1', card: 'NVIDIA RTX 4070', gigaflops: 3000, cpuGigaflops: 130 };
  expect(deviceSentence({ reason: { code: 'faster', values } })).toBe(
    'NVIDIA RTX 4070 (DirectML) computes correctly at 3000 GFLOP/s, the processor at 130, so it is used.',
  );
  expect(deviceSentence({ reason: { code: 'wrong', values: { device: 'dml:1', card: null } } })).toBe(
    'The GPU (DirectML, card 1) computes different numbers from the processor, so the processor is used.',
  );
  expect(fallbackSentence({ from: 'cuda:1', to: 'cpu', reason: 'failed', detail: 'lost', largestTensorBytes: 1 })).toBe(
    'Computed on the processor after the GPU (CUDA, card 1) failed: lost',
  );
});

const wish = (device: string): unknown => deviceOption().parseArg!(device, undefined);

test('what may be asked for, and what cannot be, with the reason', () => {
  for (const device of ['auto', 'cpu', 'webgpu', 'dml', 'dml:1', 'cuda:0', 'cuda:NVIDIA RTX 6000'])
    expect(wish(device)).toBe(device);
  expect(() => wish('webgpu:1')).toThrow('WebGPU picks its graphics card itself');
  for (const device of ['gpu', 'dml:', 'dml: 1', 'cpu:0', ''])
    expect(() => wish(device)).toThrow(
      'It must be one of auto, cpu, webgpu, dml, cuda, or a card as doctor lists them, for example dml:1',
    );
});

test('a card that is not here ends the command, and nothing else computes in its place', async () => {
  const options = ['generate', goldenPath('llama'), '--ids', '1', '--device', 'cuda:NVIDIA RTX 6000'];
  const { status, output, errors } = await usumaku(options, { XDG_DATA_HOME: folder });
  expect(errors).toContain(
    'there is no such card on this machine, or the system did not tell its number; doctor lists',
  );
  expect([status, output]).toEqual([1, '']);
});

test.runIf(process.platform === 'linux')('doctor lists what the driver’s tool says, as JSON too', async () => {
  const { environment, remove } = pathOfTwoCards();
  try {
    const surroundings = { ...environment, XDG_DATA_HOME: folder };
    const { output } = await usumaku(['doctor'], surroundings);
    expect(output).toContain('  NVIDIA GeForce RTX 4070, 12.9 GB, driver 551.61');
    const { output: json } = await usumaku(['doctor', '--json'], surroundings);
    const { devices } = JSON.parse(json) as { devices: MachineReport };
    expect(devices.cards[1]).toMatchObject({ name: 'NVIDIA GeForce RTX 4090', memoryBytes: 24_564 * 2 ** 20 });
  } finally {
    remove();
  }
});
