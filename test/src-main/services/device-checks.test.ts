/** What is remembered of a machine's devices, and what makes it void. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Device, MachineReport } from '../../../src-main/contract/entities.ts';
import { checkDevices } from '../../../src-main/services/device-checks.ts';
import type { Engine } from '../../../src-main/engine/engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'device-checks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machine: MachineReport = {
  devices: ['webgpu', 'cpu'],
  adapters: ['NVIDIA H200 (driver 550.54.15)'],
  cpuModel: 'test',
  cpuCores: 2,
  totalMemoryBytes: 8e9,
  freeMemoryBytes: 4e9,
  onnxruntimeVersion: '1.30.0',
  engineVersion: '0.3.0',
};

/** A model process that notes what it is asked to prove. */
function noting(facts: MachineReport): { readonly engine: Engine; readonly proven: unknown[] } {
  const proven: unknown[] = [];
  const right = (device: Device) => ({
    device,
    verdict: 'right' as const,
    difference: 1e-7,
    gigaflops: 1,
    largestBufferBytes: null,
    failure: null,
  });
  const calls = {
    describeMachine: () => facts,
    probeDevice: (input: { device: Device }) => (proven.push(input), right(input.device)),
  };
  const call = async (name: keyof typeof calls, input: never): Promise<unknown> => calls[name](input);
  return { engine: { call } as unknown as Engine, proven };
}

async function provenWith(facts: MachineReport, options: Parameters<typeof checkDevices>[2] = {}): Promise<unknown[]> {
  const { engine, proven } = noting(facts);
  const { checks } = await checkDevices(engine, folder, options);
  expect(checks.map(({ device }) => device)).toEqual(['webgpu', 'cpu']);
  return proven;
}

test('devices are proven once for each adapter, driver, version of ours, and kind of model', async () => {
  expect(await provenWith(machine)).toHaveLength(2);
  expect(await provenWith({ ...machine, freeMemoryBytes: 1e9 })).toEqual([]);

  const model = join(folder, 'model');
  const other = join(folder, 'other');
  for (const [directory, width] of [
    [model, 16],
    [other, 32],
  ] as const) {
    mkdirSync(directory);
    writeFileSync(join(directory, 'config.json'), JSON.stringify({ hidden_size: width }));
  }
  expect(await provenWith(machine, { model })).toEqual([
    { device: 'webgpu', modelDirectory: model },
    { device: 'cpu', modelDirectory: model },
  ]);
  expect(await provenWith(machine, { model: other })).toHaveLength(2);
  expect(await provenWith(machine, { model })).toEqual([]);
  expect(await provenWith(machine)).toEqual([]);
  expect(await provenWith(machine, { model, again: true })).toHaveLength(2);

  for (const changed of [
    { adapters: ['NVIDIA H200 (driver 560.1)'] },
    { engineVersion: '0.4.0' },
    { onnxruntimeVersion: '1.31.0' },
  ]) {
    expect(await provenWith({ ...machine, ...changed }), JSON.stringify(changed)).toHaveLength(2);
    expect(await provenWith(machine, { model })).toHaveLength(2);
    await provenWith(machine);
  }
});

test('what a former version kept is proven again', async () => {
  writeFileSync(join(folder, 'devices.json'), JSON.stringify({ machine: 'x', checks: [], checkedAt: 'x' }));
  expect(await provenWith(machine)).toHaveLength(2);
});
