/** Which device is used, from what was proven about each and from what a person wants. */

import type { Device, DeviceCheck, DevicePreference, DeviceReason } from '../contract/entities.ts';

export interface DeviceChoice {
  readonly chosen: Device;
  readonly reason: DeviceReason;
}

/**
 * `auto`: the fastest device that computes correctly; the CPU needs no proof. A device that a person asks for is used
 * where it computes correctly, faster or not; where it does not, the CPU is used and the reason says so, because a plant's
 * work must go on after a driver update.
 */
export function chooseDevice(checks: readonly DeviceCheck[], preference: DevicePreference): DeviceChoice {
  if (preference === 'auto') return fastest(checks);
  if (preference === 'cpu') return { chosen: 'cpu', reason: { code: 'asked', values: { device: 'cpu' } } };
  const check = checks.find(({ device }) => device === preference);
  const values = { device: preference };
  if (!check) return { chosen: 'cpu', reason: { code: 'asked-missing', values } };
  if (check.verdict === 'right') return { chosen: preference, reason: { code: 'asked', values } };
  return { chosen: 'cpu', reason: { code: `asked-${check.verdict}`, values: valuesOf(check, checks) } };
}

function fastest(checks: readonly DeviceCheck[]): DeviceChoice {
  const speed = ({ gigaflops }: DeviceCheck) => gigaflops ?? 0;
  const gpus = checks.filter(({ device }) => device !== 'cpu');
  const right = gpus.filter(({ verdict }) => verdict === 'right').toSorted((a, b) => speed(b) - speed(a));
  const cpu = checks.find(({ device }) => device === 'cpu');
  // What came nearest to being used is what the reason is about.
  const [best] = [...right, ...gpus.filter(({ verdict }) => verdict === 'wrong'), ...gpus];
  if (!best) return { chosen: 'cpu', reason: { code: 'no-gpu', values: {} } };
  const values = valuesOf(best, checks);
  if (best.verdict !== 'right') return { chosen: 'cpu', reason: { code: best.verdict, values } };
  if (!cpu || speed(best) > speed(cpu)) return { chosen: best.device, reason: { code: 'faster', values } };
  return { chosen: 'cpu', reason: { code: 'slower', values } };
}

/** What a reason names, with null where it is unknown. */
function valuesOf(check: DeviceCheck, checks: readonly DeviceCheck[]): DeviceReason['values'] {
  return {
    device: check.device,
    gigaflops: check.gigaflops,
    cpuGigaflops: checks.find(({ device }) => device === 'cpu')?.gigaflops ?? null,
    difference: check.difference,
    failure: check.failure,
  };
}
