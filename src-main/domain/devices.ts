/** Which device is used, from what was proven about each and from what a person wants. */

import type { Device, DeviceCheck, DeviceFallback, DevicePreference, DeviceReason } from '../contract/entities.ts';

export interface DeviceChoice {
  readonly chosen: Device;
  readonly reason: DeviceReason;
}

/**
 * `auto`: the fastest device that computes correctly and takes the model; the CPU needs no proof. A device that a person
 * asks for is used where it does, faster or not; where it does not, the CPU is used and the reason says so, because a
 * plant's work must go on after a driver update.
 * @param tensorBytes the model's largest tensor; 0 where there is no model yet
 */
export function chooseDevice(
  checks: readonly DeviceCheck[],
  preference: DevicePreference,
  tensorBytes: number,
): DeviceChoice {
  const takes = ({ largestBufferBytes: most }: DeviceCheck) => most === null || tensorBytes <= most;
  const valuesOf = (check: DeviceCheck) => namedValues(check, checks, tensorBytes);
  if (preference === 'auto') return fastest(checks, takes, valuesOf);
  if (preference === 'cpu') return { chosen: 'cpu', reason: { code: 'asked', values: { device: 'cpu' } } };
  const check = checks.find(({ device }) => device === preference);
  const values = { device: preference };
  if (!check) return { chosen: 'cpu', reason: { code: 'asked-missing', values } };
  if (check.verdict !== 'right')
    return { chosen: 'cpu', reason: { code: `asked-${check.verdict}`, values: valuesOf(check) } };
  if (takes(check)) return { chosen: preference, reason: { code: 'asked', values } };
  return { chosen: 'cpu', reason: { code: 'asked-too-small', values: valuesOf(check) } };
}

/** The choice once work was tried on it: where the device failed with that very model, the processor takes over, with the cause. */
export function afterTrial<Choice extends DeviceChoice>(choice: Choice, fallback: DeviceFallback | null): Choice {
  if (!fallback) return choice;
  const values = { ...choice.reason.values, device: fallback.from, failure: fallback.detail };
  return { ...choice, chosen: fallback.to, reason: { code: 'failed', values } };
}

function fastest(
  checks: readonly DeviceCheck[],
  takes: (check: DeviceCheck) => boolean,
  valuesOf: (check: DeviceCheck) => DeviceReason['values'],
): DeviceChoice {
  const speed = ({ gigaflops }: DeviceCheck) => gigaflops ?? 0;
  const gpus = checks.filter(({ device }) => device !== 'cpu');
  const right = gpus.filter(({ verdict }) => verdict === 'right').toSorted((a, b) => speed(b) - speed(a));
  const cpu = checks.find(({ device }) => device === 'cpu');
  const faster = right.filter((check) => !cpu || speed(check) > speed(cpu));
  const used = faster.find(takes);
  if (used) return { chosen: used.device, reason: { code: 'faster', values: valuesOf(used) } };
  // What came nearest to being used is what the reason is about.
  const [best] = [...faster, ...right, ...gpus.filter(({ verdict }) => verdict === 'wrong'), ...gpus];
  if (!best) return { chosen: 'cpu', reason: { code: 'no-gpu', values: {} } };
  const code = best.verdict !== 'right' ? best.verdict : faster.includes(best) ? 'too-small' : 'slower';
  return { chosen: 'cpu', reason: { code, values: valuesOf(best) } };
}

/** What a reason names, with null where it is unknown. */
function namedValues(check: DeviceCheck, checks: readonly DeviceCheck[], tensorBytes: number): DeviceReason['values'] {
  return {
    device: check.device,
    gigaflops: check.gigaflops,
    cpuGigaflops: checks.find(({ device }) => device === 'cpu')?.gigaflops ?? null,
    difference: check.difference,
    failure: check.failure,
    bufferBytes: check.largestBufferBytes,
    tensorBytes,
  };
}
