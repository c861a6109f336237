/** What the screen says of devices: by card where it is known, in both languages. */

import { beforeEach, expect, test } from 'vitest';
import type { Device, DeviceFinding, DevicePreference, DeviceReport } from '../../../../src-main/contract/index.ts';
import { fieldValue } from '../../../../src-renderer/lib/field-words.ts';
import { deviceName, translator } from '../../../../src-renderer/lib/i18n.svelte.ts';
import {
  cardWords,
  deviceReason,
  deviceState,
  preferences,
  reportedName,
} from '../../../../src-renderer/lib/words/device.ts';

beforeEach(() => {
  translator.language = 'en';
});

const finding = (device: Device, card: string | null = null): DeviceFinding => ({
  ...{ device, card, verdict: 'right', difference: 0, gigaflops: 1, largestBufferBytes: null, failure: null },
});

const report = (preference: DevicePreference, ...checks: readonly DeviceFinding[]): DeviceReport => ({
  devices: checks.map(({ device }) => device),
  cards: checks.flatMap(({ device, card }) =>
    card === null ? [] : { name: card, driver: null, memoryBytes: null, devices: [device] },
  ),
  ...{ cpuModel: '', cpuCores: 2, totalMemoryBytes: 1, freeMemoryBytes: 1, onnxruntimeVersion: '', engineVersion: '' },
  ...{ checks, checkedAt: '', preference, chosen: 'cpu', reason: { code: 'no-gpu', values: {} } },
});

test('a device by its card, by its number where a record has only that, else by its provider', () => {
  expect(deviceName('cpu')).toBe('CPU');
  expect(deviceName('dml')).toBe('GPU (DirectML)');
  expect(deviceName('dml:1')).toBe('GPU (DirectML), card 1');
  expect(deviceName('dml:1', 'NVIDIA RTX 4070')).toBe('NVIDIA RTX 4070 (DirectML)');
  expect(deviceName('cuda:NVIDIA RTX 4070')).toBe('NVIDIA RTX 4070 (CUDA)');
  expect(deviceName('auto')).toBe('Automatic');
  // From a version that knew more.
  expect(deviceName('npu')).toBe('npu');
  expect(fieldValue('device', 'dml:NVIDIA RTX 4070')).toBe('NVIDIA RTX 4070 (DirectML)');
  expect(translator.error({ code: 'device-unavailable', values: { device: 'dml:1', reason: 'x' } })).toContain(
    'GPU (DirectML), card 1',
  );
  translator.language = 'ja';
  expect(deviceName('dml:1')).toBe('GPU（DirectML）のカード1');
  expect(deviceName('dml:1', 'NVIDIA RTX 4070')).toBe('NVIDIA RTX 4070（DirectML）');
});

test('what can be asked for: cards by name where a provider has several, and a card that is away as such', () => {
  const [small, large, cpu] = [finding('dml:0', 'small'), finding('dml:1', 'large'), finding('cpu')];
  const words = (...given: Parameters<typeof report>) => preferences(report(...given));
  const two = [
    { value: 'auto', word: 'Automatic' },
    { value: 'dml:small', word: 'small (DirectML)' },
    { value: 'dml:large', word: 'large (DirectML)' },
    { value: 'cpu', word: 'CPU' },
  ];
  expect(words('auto', small, large, cpu)).toEqual(two);
  expect(words('dml:large', small, large, cpu)).toEqual(two);
  expect(words('dml', small, large, cpu)).toEqual([...two, { value: 'dml', word: 'GPU (DirectML)' }]);
  expect(words('dml:gone', small, large, cpu)).toEqual([
    ...two,
    { value: 'dml:gone', word: 'Cannot be chosen now: gone (DirectML)' },
  ]);
  // The one card that is left is the one that was chosen.
  const alone = finding('dml', 'small');
  expect(words('auto', alone, cpu).map(({ value }) => value)).toEqual(['auto', 'dml', 'cpu']);
  expect(words('dml:small', alone, cpu).map(({ value }) => value)).toEqual(['auto', 'dml:small', 'cpu']);
  expect(reportedName('dml:1', report('auto', small, large, cpu))).toBe('large (DirectML)');
});

test.each([
  [
    'en',
    'NVIDIA RTX 4070, which you chose, cannot be chosen now: it is not in this computer, or the system did not tell its number. In use, as Automatic chooses: Intel Iris Xe (DirectML).',
  ],
  [
    'ja',
    '指定されたNVIDIA RTX 4070は今選べません。このPCにないか、番号を取得できません。「自動」と同じくIntel Iris Xe（DirectML）を使います。',
  ],
] as const)('a chosen card that is gone is noticed, in one sentence (%s)', (language, sentence) => {
  translator.language = language;
  const values = { wanted: 'NVIDIA RTX 4070', device: 'dml', card: 'Intel Iris Xe' };
  const reason = { code: 'asked-card-missing', values } as const;
  expect(deviceReason(reason)).toBe(sentence);
  expect(deviceState({ ...report('dml:NVIDIA RTX 4070'), reason }).tone).toBe('hold');
});

test('a card with its memory, where that is told', () => {
  const card = { name: 'NVIDIA RTX 4070', driver: null, devices: [] };
  expect(cardWords({ ...card, memoryBytes: 12_878_610_432 }).replaceAll(/\s/g, ' ')).toBe('NVIDIA RTX 4070 (12.9 GB)');
  expect(cardWords({ ...card, memoryBytes: null })).toBe('NVIDIA RTX 4070');
});
