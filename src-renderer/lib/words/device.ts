/** What the device report means to a reader: ready, a fallback that must be seen, or not known yet; and why. */

import type { Device, DevicePreference, DeviceReason, DeviceReport } from '../../../src-main/contract/index.ts';
import type { Tone } from '../../ui/tones.ts';
import { bytes, number } from '../format.ts';
import { type MessageKey, t } from '../i18n.svelte.ts';

/** What a person asked for is not used, a device gives wrong numbers, or does not take the model: never silent. */
const noticeable: ReadonlySet<DeviceReason['code']> = new Set([
  'asked-missing',
  'asked-failed',
  'asked-wrong',
  'asked-too-small',
  'wrong',
  'too-small',
]);

export function deviceState(report: DeviceReport | null): { readonly tone: Tone; readonly word: MessageKey } {
  if (!report) return { tone: 'hold', word: 'device.checking' };
  if (noticeable.has(report.reason.code)) return { tone: 'hold', word: 'device.fallback' };
  return { tone: 'go', word: 'device.ready' };
}

/** The reason in the reader's language, with its numbers. */
export function deviceReason({ code, values }: DeviceReason): string {
  const speed = (value: unknown) => number(Number(value ?? 0), Number(value ?? 0) < 10 ? 1 : 0);
  return t(`device.reason.${code}`, {
    device: t(`device.${(values['device'] ?? 'cpu') as Device}`),
    speed: speed(values['gigaflops']),
    cpuSpeed: speed(values['cpuGigaflops']),
    most: bytes(Number(values['bufferBytes'] ?? 0)),
    tensor: bytes(Number(values['tensorBytes'] ?? 0)),
  });
}

/** What can be asked for here: what was found, and what was asked for before. */
export function preferences({ checks, preference }: DeviceReport): readonly DevicePreference[] {
  return [...new Set<DevicePreference>(['auto', ...checks.map(({ device }) => device), preference])];
}
