/** What the device report means to a reader: ready, a fallback that must be seen, or not known yet; and why. */

import type {
  Device,
  DeviceFinding,
  DevicePreference,
  DeviceReason,
  DeviceReport,
  GraphicsCard,
} from '../../../src-main/contract/index.ts';
import { cardOf, cardPartOf, isWanted, lasting } from '../../../src-main/contract/rules/devices.ts';
import type { Tone } from '../../ui/tones.ts';
import { bytes, number } from '../format.ts';
import { deviceName, type MessageKey, t } from '../i18n.svelte.ts';

/** What a person asked for is not used, a device gives wrong numbers, or does not take the model: never silent. */
const noticeable: ReadonlySet<DeviceReason['code']> = new Set([
  'asked-missing',
  'asked-card-missing',
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
    device: deviceName(String(values['device'] ?? 'cpu'), values['card'] as string | null | undefined),
    wanted: values['wanted'] ?? '',
    speed: speed(values['gigaflops']),
    cpuSpeed: speed(values['cpuGigaflops']),
    most: bytes(Number(values['bufferBytes'] ?? 0)),
    tensor: bytes(Number(values['tensorBytes'] ?? 0)),
  });
}

/** What can be asked for here, by card where there are several, and what was asked for before; with its words. */
export function preferences({
  checks,
  preference,
}: DeviceReport): readonly { readonly value: DevicePreference; readonly word: string }[] {
  const found = checks.map((finding) => ({
    value: isWanted(preference, finding) && isOnlyOne(preference, checks) ? preference : valueOf(finding),
    word: deviceName(finding.device, finding.card),
  }));
  const offered = [{ value: 'auto' as const, word: t('device.auto') }, ...found];
  if (offered.some(({ value }) => value === preference)) return offered;
  // A card that is away is named as such: whoever looks for it finds it.
  const isGone = cardPartOf(preference) !== null;
  return [
    ...offered,
    { value: preference, word: isGone ? t('device.gone', { device: deviceName(preference) }) : deviceName(preference) },
  ];
}

/** A provider with several cards is asked for by card, by name. */
const valueOf = ({ device, card }: DeviceFinding): DevicePreference =>
  cardPartOf(device) === null ? device : lasting(device, [{ device, card } as DeviceFinding]);

const isOnlyOne = (preference: DevicePreference, checks: readonly DeviceFinding[]): boolean =>
  checks.filter((finding) => isWanted(preference, finding)).length === 1;

/** The device of a report, by its card's name where that is known. */
export const reportedName = (device: Device, { cards }: Pick<DeviceReport, 'cards'>): string =>
  deviceName(device, cardOf(device, cards)?.name);

/** A card with its memory, where the system tells it. */
export const cardWords = ({ name: card, memoryBytes }: GraphicsCard): string =>
  memoryBytes === null ? card : t('device.cardMemory', { card, memory: bytes(memoryBytes) });
