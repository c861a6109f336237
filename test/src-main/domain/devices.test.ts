/** Which device is used, and the reason with its numbers. */

import { expect, test } from 'vitest';
import type { Device, DeviceFinding } from '../../../src-main/contract/entities.ts';
import { afterTrial, chooseDevice } from '../../../src-main/domain/devices.ts';

const right = (device: Device, gigaflops: number, card: string | null = null): DeviceFinding => ({
  device,
  card,
  verdict: 'right',
  difference: 1e-6,
  gigaflops,
  largestBufferBytes: null,
  failure: null,
});
const wrong: DeviceFinding = { ...right('webgpu', 0), verdict: 'wrong', difference: 0.2, gigaflops: null };
const failed: DeviceFinding = { ...wrong, verdict: 'failed', difference: null, failure: 'signal SIGSEGV' };
const cpu = right('cpu', 130);

test('the fastest device that computes correctly', () => {
  expect(chooseDevice([right('dml', 900), right('webgpu', 2000), cpu], 'auto', 0)).toEqual({
    chosen: 'webgpu',
    reason: {
      code: 'faster',
      values: {
        device: 'webgpu',
        card: null,
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

const small = right('dml:0', 300, 'Intel Iris Xe');
const large = right('dml:1', 3000, 'NVIDIA RTX 4070');

test('of several cards the strongest, each by what was measured on it', () => {
  for (const preference of ['auto', 'dml'] as const) {
    expect(chooseDevice([small, large, cpu], preference, 0)).toMatchObject({
      chosen: 'dml:1',
      reason: {
        code: preference === 'auto' ? 'faster' : 'asked',
        values: { device: 'dml:1', card: 'NVIDIA RTX 4070' },
      },
    });
  }
  // One that is wrong, or does not take the model, is no strong one.
  const broken = { ...large, verdict: 'wrong', gigaflops: null } as const;
  expect(chooseDevice([broken, small, cpu], 'dml', 0).chosen).toBe('dml:0');
  expect(chooseDevice([{ ...large, largestBufferBytes: 134e6 }, small, cpu], 'dml', 545e6).chosen).toBe('dml:0');
  expect(chooseDevice([broken, cpu], 'dml', 0)).toMatchObject({ chosen: 'cpu', reason: { code: 'asked-wrong' } });
});

test('a card that a person chooses is used by name or number, wherever it is plugged in, the strongest or not', () => {
  for (const preference of ['dml:Intel Iris Xe', 'dml:0'] as const) {
    expect(chooseDevice([small, large, cpu], preference, 0)).toMatchObject({
      chosen: 'dml:0',
      reason: { code: 'asked', values: { card: 'Intel Iris Xe' } },
    });
  }
  const moved = [{ ...large, device: 'dml:0' }, { ...small, device: 'dml:1' }, cpu] as const;
  expect(chooseDevice(moved, 'dml:Intel Iris Xe', 0).chosen).toBe('dml:1');
  // Alone it has no number.
  const alone = { ...small, device: 'dml' } as const;
  for (const preference of ['dml', 'dml:0', 'dml:Intel Iris Xe'] as const)
    expect(chooseDevice([alone, cpu], preference, 0)).toMatchObject({ chosen: 'dml', reason: { code: 'asked' } });
  // Another provider's card of that name is not what was asked for.
  expect(chooseDevice([small, large, cpu], 'cuda:NVIDIA RTX 4070', 0).reason.code).toBe('asked-card-missing');
});

test('where the chosen card is gone, one reason says so and the choice goes on as auto’s', () => {
  const values = { wanted: 'NVIDIA RTX 4070', device: 'dml', card: 'Intel Iris Xe' };
  expect(chooseDevice([{ ...small, device: 'dml' }, cpu], 'dml:NVIDIA RTX 4070', 0)).toEqual({
    chosen: 'dml',
    reason: { code: 'asked-card-missing', values },
  });
  expect(chooseDevice([cpu], 'dml:NVIDIA RTX 4070', 0)).toEqual({
    chosen: 'cpu',
    reason: { code: 'asked-card-missing', values: { ...values, device: 'cpu', card: null } },
  });
  expect(chooseDevice([{ ...small, device: 'dml', gigaflops: 1 }, cpu], 'dml:1', 0)).toMatchObject({
    chosen: 'cpu',
    reason: { code: 'asked-card-missing', values: { device: 'cpu', card: null } },
  });
});
