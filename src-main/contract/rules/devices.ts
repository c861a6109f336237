/** What a device and a wish for one say of provider and card: one rule for window, office and terminal. */

import type {
  Device,
  DeviceFinding,
  DevicePreference,
  GraphicsCard,
  MachineReport,
  Provider,
  TrainingRun,
} from '../entities.ts';

/** `dml` of `dml:1`, and of `dml:NVIDIA GeForce RTX 4070`. */
export const providerOf = (device: Device | Exclude<DevicePreference, 'auto'>): Provider =>
  device.split(':')[0] as Provider;

/** What their makers call the providers of graphics cards, in every language. */
export const providerBrands: Readonly<Record<Exclude<Provider, 'cpu'>, string>> = {
  webgpu: 'WebGPU',
  dml: 'DirectML',
  cuda: 'CUDA',
};

/** What stands behind the colon: the card's number in a device, its name or number in a wish; null where nothing does. */
export function cardPartOf(device: Device | DevicePreference): string | null {
  const colon = device.indexOf(':');
  return colon < 0 ? null : device.slice(colon + 1);
}

/** Whether a device is one that somebody asked for: of that provider and, where one is named, with that card. */
export function isWanted(preference: DevicePreference, { device, card }: DeviceFinding): boolean {
  if (preference === 'auto' || providerOf(preference) !== providerOf(device)) return false;
  const wanted = cardPartOf(preference);
  // A provider that has one card alone gives it no number: it is the first.
  return wanted === null || wanted === card || (card !== null && wanted === (cardPartOf(device) ?? '0'));
}

/** A wish as it is kept: by the card's name, because numbers move when a card is plugged in or out. */
export function lasting(preference: DevicePreference, findings: readonly DeviceFinding[]): DevicePreference {
  if (cardPartOf(preference) === null) return preference;
  const finding = findings.find((each) => isWanted(preference, each));
  return finding ? (`${providerOf(finding.device)}:${finding.card}` as DevicePreference) : preference;
}

/** The card that surely computes on a device; undefined where nobody can tell. */
export const cardOf = (device: Device, cards: readonly GraphicsCard[]): GraphicsCard | undefined =>
  cards.find(({ devices }) => devices.includes(device));

/** Of several cards, which of them these providers take can be neither told nor chosen: `webgpu`, and others where their numbers are unknown. */
export const unnamedProviders = ({ devices, cards }: Pick<MachineReport, 'devices' | 'cards'>): readonly Provider[] =>
  cards.length < 2 ? [] : devices.filter((device) => device !== 'cpu' && !cardOf(device, cards)).map(providerOf);

/**
 * The card that computed a run: its name lasts where its number moves with the dock. Null: the processor did, or nobody could
 * tell. What continued on another device has no card of its own: it is the processor.
 */
export function cardOfRun({ device, deviceReason }: Pick<TrainingRun, 'device' | 'deviceReason'>): string | null {
  const { device: chosen, card } = deviceReason?.values ?? {};
  return chosen === device && typeof card === 'string' ? card : null;
}
