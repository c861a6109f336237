/** Which device is used, from what was proven about each and from what a person wants. */

import type {
  Device,
  DeviceCheck,
  DeviceFallback,
  DeviceFinding,
  DevicePreference,
  DeviceReason,
} from '../contract/entities.ts';
import { cardPartOf, isWanted } from '../contract/rules/devices.ts';

export interface DeviceChoice {
  readonly chosen: Device;
  readonly reason: DeviceReason;
}

/**
 * `auto`: the fastest device that computes correctly and takes the model, each card by its own measured speed; the CPU
 * needs no proof. A device that a person asks for is used where it does, faster or not; where it does not, the CPU is used
 * and the reason says so, because a plant's work must go on after a driver update. A card that is gone leaves the choice
 * to `auto`.
 * @param tensorBytes the model's largest tensor; 0 where there is no model yet
 */
export function chooseDevice(
  findings: readonly DeviceFinding[],
  preference: DevicePreference,
  tensorBytes: number,
): DeviceChoice {
  const takes = ({ largestBufferBytes: most }: DeviceCheck) => most === null || tensorBytes <= most;
  const valuesOf = (finding: DeviceFinding) => namedValues(finding, findings, tensorBytes);
  if (preference === 'auto') return fastest(findings, takes, valuesOf);
  if (preference === 'cpu') return { chosen: 'cpu', reason: { code: 'asked', values: { device: 'cpu' } } };
  // Of several cards the strongest: right before wrong, then one that takes the model, then the fastest.
  const [best] = findings
    .filter((finding) => isWanted(preference, finding))
    .toSorted(
      (a, b) => Number(isRight(b)) - Number(isRight(a)) || Number(takes(b)) - Number(takes(a)) || speed(b) - speed(a),
    );
  if (!best) return missing(preference, fastest(findings, takes, valuesOf));
  const { device, card } = best;
  if (best.verdict !== 'right')
    return { chosen: 'cpu', reason: { code: `asked-${best.verdict}`, values: valuesOf(best) } };
  if (takes(best)) return { chosen: device, reason: { code: 'asked', values: { device, card } } };
  return { chosen: 'cpu', reason: { code: 'asked-too-small', values: valuesOf(best) } };
}

const speed = ({ gigaflops }: DeviceCheck) => gigaflops ?? 0;
const isRight = ({ verdict }: DeviceCheck) => verdict === 'right';

function missing(preference: Exclude<DevicePreference, 'auto'>, instead: DeviceChoice): DeviceChoice {
  const wanted = cardPartOf(preference);
  if (wanted === null) return { chosen: 'cpu', reason: { code: 'asked-missing', values: { device: preference } } };
  const { device = 'cpu', card = null } = instead.chosen === 'cpu' ? {} : instead.reason.values;
  return { chosen: instead.chosen, reason: { code: 'asked-card-missing', values: { device, card, wanted } } };
}

/** The choice once work was tried on it: where the device failed with that very model, the processor takes over, with the cause. */
export function afterTrial<Choice extends DeviceChoice>(choice: Choice, fallback: DeviceFallback | null): Choice {
  if (!fallback) return choice;
  const values = { ...choice.reason.values, device: fallback.from, failure: fallback.detail };
  return { ...choice, chosen: fallback.to, reason: { code: 'failed', values } };
}

function fastest(
  checks: readonly DeviceFinding[],
  takes: (check: DeviceCheck) => boolean,
  valuesOf: (finding: DeviceFinding) => DeviceReason['values'],
): DeviceChoice {
  const gpus = checks.filter(({ device }) => device !== 'cpu');
  const right = gpus.filter(isRight).toSorted((a, b) => speed(b) - speed(a));
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
function namedValues(
  check: DeviceFinding,
  checks: readonly DeviceFinding[],
  tensorBytes: number,
): DeviceReason['values'] {
  return {
    device: check.device,
    card: check.card,
    gigaflops: check.gigaflops,
    cpuGigaflops: checks.find(({ device }) => device === 'cpu')?.gigaflops ?? null,
    difference: check.difference,
    failure: check.failure,
    bufferBytes: check.largestBufferBytes,
    tensorBytes,
  };
}
