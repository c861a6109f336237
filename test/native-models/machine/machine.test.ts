/** What a machine says of itself, and what its runtime is told. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { linuxAdapters, macAdapters } from '../../../native-models/machine/graphics-cards.ts';
import { availableMemory } from '../../../native-models/memory/available.ts';
import '../../../native-models/runtime/onnxruntime.ts';

test('the smaller of what machine and container allow, the container’s cache counted as free', () => {
  const machine = { free: 20e9, total: 32e9, limit: 0, withinLimit: 0, reclaimable: 0 };
  expect(availableMemory(machine)).toBe(20e9);
  expect(availableMemory({ ...machine, limit: 8e9, withinLimit: 1e9, reclaimable: 3e9 })).toBe(4e9);
  expect(availableMemory({ ...machine, free: 2e9, limit: 8e9, withinLimit: 5e9, reclaimable: 3e9 })).toBe(2e9);
  // A limit above the machine is none.
  expect(availableMemory({ ...machine, limit: 2 ** 63, withinLimit: 1e9 })).toBe(20e9);
  const here = availableMemory();
  expect(here).toBeGreaterThan(0);
});

test('names of graphics adapters, from what the systems write', () => {
  const root = mkdtempSync(join(tmpdir(), 'adapters-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const put = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put('drm/card0/device/vendor', '0x8086\n');
  put('drm/card0/device/device', '0x9a49\n');
  put('drm/card1/device/vendor', '0x10de\n');
  put('drm/card1/device/device', '0x2684\n');
  put('drm/card1-DP-1/status', 'connected\n');
  const none = join(root, 'nothing');
  expect(linuxAdapters(join(root, 'drm'), none)).toEqual(['Intel 0x9a49', 'NVIDIA 0x2684']);
  put('nvidia/0000:01:00.0/information', 'Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:  1\n');
  expect(linuxAdapters(join(root, 'drm'), join(root, 'nvidia'))).toEqual(['NVIDIA GeForce RTX 4090', 'Intel 0x9a49']);
  expect(linuxAdapters(join(root, 'drm'), join(root, 'nvidia'), '550.54.15')).toEqual([
    'NVIDIA GeForce RTX 4090 (driver 550.54.15)',
    'Intel 0x9a49',
  ]);
  expect(linuxAdapters(none, none)).toEqual([]);
  expect(macAdapters('{"SPDisplaysDataType":[{"sppci_model":"Apple M2"}]}')).toEqual(['Apple M2']);
  expect(macAdapters('nothing')).toEqual([]);
});

test('onnxruntime is told to send nothing home, by the one door to it', () => {
  expect(process.env['ORT_DISABLE_TELEMETRY']).toBe('1');
});
