/** What a machine says of itself, and what its runtime is told. */

import { expect, test } from 'vitest';
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

test('onnxruntime is told to send nothing home, by the one door to it', () => {
  expect(process.env['ORT_DISABLE_TELEMETRY']).toBe('1');
});

test('CUDA numbers cards as the tool does that lists them', () => {
  expect(process.env['CUDA_DEVICE_ORDER']).toBe('PCI_BUS_ID');
});
