import { describe, expect, test } from 'vitest';
import type { BaseModel, ProbeSetup } from '../../../src-main/contract/entities.ts';
import { createProbeComparison } from '../../../src-main/services/probe-comparison.ts';

const setupOn = (device: ProbeSetup['device']): ProbeSetup => ({ device, threads: 2, rows: 1, engineVersion: '1.2.3' });

/** Compares what was recorded on a device with what a machine now computes there. */
async function compared(device: ProbeSetup['device'], bitsNow: string, filesAreProven = true) {
  const setup = setupOn(device);
  const compare = createProbeComparison({ probe: async () => ({ fingerprint: bitsNow, setup }) });
  return compare(
    { model: {} as BaseModel, adapterDirectory: null, filesAreProven: async () => filesAreProven },
    { precision: 'f32', device, baseProbe: 'recorded', adapterProbe: '', setup },
  );
}

describe('other bits than those that were recorded', () => {
  test('are another base where the same device computed them', async () => {
    for (const device of ['cpu', 'webgpu'] as const)
      expect(await compared(device, 'other')).toMatchObject({ anew: [], identical: false });
  });

  test('may be another card’s under the same number, so the files are asked', async () => {
    expect(await compared('dml:0', 'other')).toMatchObject({ anew: ['device'], identical: true });
    expect(await compared('cuda:1', 'other', false)).toMatchObject({ anew: ['device'], identical: false });
  });

  test('are not there where the card is the same', async () => {
    expect(await compared('dml:0', 'recorded')).toMatchObject({ anew: [], identical: true });
  });
});
