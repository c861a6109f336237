/** What is remembered of a machine's devices, and what makes it void. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Device, MachineReport } from '../../../src-main/contract/entities.ts';
import { checkDevices } from '../../../src-main/services/device-checks.ts';
import type { Engine } from '../../../src-main/engine/engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'device-checks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machine: MachineReport = {
  devices: ['webgpu', 'cpu'],
  cards: [{ name: 'NVIDIA H200', driver: '550.54.15', memoryBytes: 150e9, devices: [] }],
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

  for (const changed of [{ engineVersion: '0.4.0' }, { onnxruntimeVersion: '1.31.0' }]) {
    expect(await provenWith({ ...machine, ...changed }), JSON.stringify(changed)).toHaveLength(2);
    expect(await provenWith(machine, { model })).toHaveLength(2);
    await provenWith(machine);
  }
});

describe('a damaged file is passed over, and proven again', () => {
  const path = join(folder, 'devices.json');
  const text = () => readFileSync(path, 'utf8');
  const damages: Readonly<Record<string, () => unknown>> = {
    'a digit of a speed': () => writeFileSync(path, text().replace('"gigaflops":1', '"gigaflops":9')),
    'a verdict turned round': () => writeFileSync(path, text().replace('"verdict":"right"', '"verdict":"wrong"')),
    'a device of another machine': () => writeFileSync(path, text().replace('"device":"webgpu"', '"device":"cuda"')),
    'a device that nobody knows': () => writeFileSync(path, text().replace('"device":"webgpu"', '"device":"abacus"')),
    'another machine': () => writeFileSync(path, text().replace('NVIDIA', 'nvidia')),
    'its hash missing': () => writeFileSync(path, text().replace(/,"sha256":"\w+"/, '')),
    'cut in the middle': () => writeFileSync(path, text().slice(0, 200)),
    'no byte': () => writeFileSync(path, ''),
    'a number': () => writeFileSync(path, '12'),
    nothing: () => writeFileSync(path, 'null'),
    'lists in lists': () => writeFileSync(path, '['.repeat(100_000)),
    'more than any machine has': () => writeFileSync(path, ' '.repeat(17 * 1024 * 1024)),
    'a pipe that nobody writes into': () => {
      rmSync(path);
      if (process.platform !== 'win32') execFileSync('mkfifo', [path]);
    },
  };
  test.each(Object.entries(damages))('%s', async (_, damage) => {
    rmSync(path, { force: true });
    expect(await provenWith(machine)).toHaveLength(2);
    expect(await provenWith(machine)).toEqual([]);
    damage();
    expect(await provenWith(machine)).toHaveLength(2);
    expect(await provenWith(machine)).toEqual([]);
  });

  test('a folder in its place is left alone', async () => {
    rmSync(path, { force: true });
    mkdirSync(path);
    expect(await provenWith(machine)).toHaveLength(2);
    rmdirSync(path);
  });
});

test('what a former version kept is proven again', async () => {
  writeFileSync(join(folder, 'devices.json'), JSON.stringify({ machine: 'x', checks: [], checkedAt: 'x' }));
  expect(await provenWith(machine)).toHaveLength(2);
});

test('a driver is another machine for what it drives alone, and a card keeps its proof wherever it is', async () => {
  const proven = async (facts: Partial<MachineReport>, options: Parameters<typeof checkDevices>[2] = {}) => {
    const { engine, proven } = noting({ ...machine, ...facts });
    const found = await checkDevices(engine, place, options);
    return {
      proven: proven.map((input) => (input as { device: Device }).device),
      found: found.checks.map(({ device, card }) => [device, card]),
    };
  };
  const place = mkdtempSync(join(folder, 'cards-'));
  const intel = { name: 'Intel Iris Xe', driver: '31', memoryBytes: 134e6 };
  const nvidia = { name: 'NVIDIA RTX 4070', driver: '551', memoryBytes: 8e9 };
  const alone = { devices: ['dml', 'webgpu', 'cpu'], cards: [{ ...intel, devices: ['dml'] }] } as const;
  const both = {
    devices: ['dml:0', 'dml:1', 'webgpu', 'cpu'],
    cards: [
      { ...nvidia, devices: ['dml:0'] },
      { ...intel, devices: ['dml:1'] },
    ],
  } as const;
  expect((await proven(alone)).proven).toEqual(['dml', 'webgpu', 'cpu']);
  // Plugged in before the other: WebGPU may pick either, so it is proven again, and the card that is new.
  expect(await proven(both)).toEqual({
    proven: ['dml:0', 'webgpu'],
    found: [
      ['dml:0', 'NVIDIA RTX 4070'],
      ['dml:1', 'Intel Iris Xe'],
      ['webgpu', null],
      ['cpu', null],
    ],
  });
  // Both states are known now.
  expect((await proven(alone)).proven).toEqual([]);
  expect((await proven(both)).proven).toEqual([]);
  const updated = { ...both, cards: [{ ...both.cards[0], driver: '560' }, both.cards[1]] };
  expect((await proven(updated)).proven).toEqual(['dml:0', 'webgpu']);
  expect((await proven(updated, { again: true })).proven).toEqual(['dml:0', 'dml:1', 'webgpu', 'cpu']);
});

test('the processor is measured once something is there to compare it with', async () => {
  const place = mkdtempSync(join(folder, 'processor-'));
  const alone = noting({ ...machine, devices: ['cpu'] });
  expect((await checkDevices(alone.engine, place)).checks).toMatchObject([{ device: 'cpu', gigaflops: null }]);
  expect(alone.proven).toEqual([]);
  const beside = noting(machine);
  expect((await checkDevices(beside.engine, place)).checks).toMatchObject([{}, { device: 'cpu', gigaflops: 1 }]);
  expect(beside.proven).toHaveLength(2);
});
