/** Which device is used, and the reason with its numbers. */

import { expect, test } from 'vitest';
import type { Device, DeviceCheck } from '../../../src-main/contract/entities.ts';
import { afterTrial, chooseDevice } from '../../../src-main/domain/devices.ts';

const right = (device: Device, gigaflops: number): DeviceCheck => ({
  device,
  verdict: 'right',
  difference: 1e-6,
  gigaflops,
  largestBufferBytes: null,
  failure: null,
});
const wrong: DeviceCheck = { ...right('webgpu', 0), verdict: 'wrong', difference: 0.2, gigaflops: null };
const failed: DeviceCheck = { ...wrong, verdict: 'failed', difference: null, failure: 'signal SIGSEGV' };
const cpu = right('cpu', 130);

test('the fastest device that computes correctly', () => {
  expect(chooseDevice([right('dml', 900), right('webgpu', 2000), cpu], 'auto', 0)).toEqual({
    chosen: 'webgpu',
    reason: {
      code: 'faster',
      values: {
        device: 'webgpu',
        gigaflops: 2000,
        cpuGigaflops: 130,
        difference: 1e-6,
        failure: null,
        bufferBytes: null,
        tensorBytes: 0,
      },
    },
  });
});

test('a GPU that is slower, wrong or silent leaves the work to the CPU, and the reason names it', () => {
  expect(chooseDevice([right('webgpu', 0.5), cpu], 'auto', 0)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'slower', values: { device: 'webgpu', gigaflops: 0.5, cpuGigaflops: 130 } },
  });
  expect(chooseDevice([wrong, cpu], 'auto', 0)).toMatchObject({ chosen: 'cpu', reason: { code: 'wrong' } });
  expect(chooseDevice([failed, cpu], 'auto', 0)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'failed', values: { failure: 'signal SIGSEGV' } },
  });
  expect(chooseDevice([cpu], 'auto', 0)).toEqual({ chosen: 'cpu', reason: { code: 'no-gpu', values: {} } });
});

test('what a person asks for is used where it is right, however slow, and never where it is not', () => {
  expect(chooseDevice([right('webgpu', 0.5), cpu], 'webgpu', 0)).toMatchObject({
    chosen: 'webgpu',
    reason: { code: 'asked' },
  });
  expect(chooseDevice([right('webgpu', 2000), cpu], 'cpu', 0)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'asked' },
  });
  expect(chooseDevice([wrong, cpu], 'webgpu', 0)).toMatchObject({ chosen: 'cpu', reason: { code: 'asked-wrong' } });
  expect(chooseDevice([failed, cpu], 'webgpu', 0)).toMatchObject({ chosen: 'cpu', reason: { code: 'asked-failed' } });
  expect(chooseDevice([cpu], 'cuda', 0)).toEqual({
    chosen: 'cpu',
    reason: { code: 'asked-missing', values: { device: 'cuda' } },
  });
});

test('what failed with the very model leaves the work to the CPU for everybody who asks, with its cause', () => {
  const choice = chooseDevice([right('webgpu', 2000), cpu], 'auto', 0);
  expect(afterTrial(choice, null)).toBe(choice);
  const fallback = {
    from: 'webgpu',
    to: 'cpu',
    reason: 'failed',
    detail: 'too many buffers',
    largestTensorBytes: 1,
  } as const;
  expect(afterTrial(choice, fallback)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'failed', values: { device: 'webgpu', gigaflops: 2000, failure: 'too many buffers' } },
  });
});

test('a GPU that does not take the model’s largest tensor is not used for it, and the reason has both figures', () => {
  const limited = { ...right('webgpu', 2000), largestBufferBytes: 134e6 };
  expect(chooseDevice([limited, cpu], 'auto', 134e6)).toMatchObject({ chosen: 'webgpu', reason: { code: 'faster' } });
  const values = { device: 'webgpu', bufferBytes: 134e6, tensorBytes: 545e6 };
  expect(chooseDevice([limited, cpu], 'auto', 545e6)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'too-small', values },
  });
  expect(chooseDevice([limited, cpu], 'webgpu', 545e6)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'asked-too-small', values },
  });
  // One that takes it is used, slower than the other or not; one that is slower than the CPU is that above all.
  expect(chooseDevice([limited, right('dml', 900), cpu], 'auto', 545e6).chosen).toBe('dml');
  expect(chooseDevice([{ ...limited, gigaflops: 0.5 }, cpu], 'auto', 545e6).reason.code).toBe('slower');
});
