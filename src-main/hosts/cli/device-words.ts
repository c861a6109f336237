/** Why a device is used, as an English sentence for the terminal; the screens have their own words. */

import type {
  Device,
  DeviceFallback,
  DevicePreference,
  DeviceReason,
  GraphicsCard,
  MachineReport,
} from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { cardPartOf, providerBrands, providerOf, unnamedProviders } from '../../contract/rules/devices.ts';
import { bytes, gigaflops } from './figures.ts';

/** `the GPU (DirectML)`, `the GPU (DirectML, card 1)`, or `NVIDIA GeForce RTX 4070 (DirectML)` where the card is known. */
function nameOf(device: Device, card?: unknown): string {
  const provider = providerOf(device);
  if (provider === 'cpu') return 'the processor';
  if (typeof card === 'string') return `${card} (${providerBrands[provider]})`;
  const number = cardPartOf(device);
  return `the GPU (${providerBrands[provider]}${number === null ? '' : `, card ${number}`})`;
}

export function deviceSentence({ reason: { code, values } }: { readonly reason: DeviceReason }): string {
  const name = typeof values['device'] === 'string' ? nameOf(values['device'] as Device, values['card']) : 'the device';
  const device = name[0]!.toUpperCase() + name.slice(1);
  const speed = (value: unknown) => gigaflops(Number(value ?? 0));
  const [own, processor] = [speed(values['gigaflops']), speed(values['cpuGigaflops'])];
  if (code === 'faster')
    return `${device} computes correctly at ${own} GFLOP/s, the processor at ${processor}, so it is used.`;
  if (code === 'slower')
    return `${device} computes correctly, but at ${own} GFLOP/s it is slower than the processor's ${processor}, so the processor is used.`;
  if (code === 'too-small')
    return `${device} computes correctly and faster, but ${tooSmallWords(values)}, so the processor is used.`;
  if (code === 'wrong') return `${device} computes different numbers from the processor, so the processor is used.`;
  if (code === 'failed') {
    const cause = values['failure'] ? ` (${String(values['failure'])})` : '';
    return `${device} cannot do it${cause}, so the processor is used.`;
  }
  return 'There is no GPU that could be used, so the processor is used.';
}

/** Why a device cannot take a model. */
export function tooSmallWords({ bufferBytes, tensorBytes }: DeviceReason['values']): string {
  return `it takes tensors up to ${bytes(Number(bufferBytes))}, and the model's largest has ${bytes(Number(tensorBytes))}`;
}

/**
 * Whoever asks for a device by name gets it or an error, never another's result.
 * @throws OfficeError device-unavailable where it failed
 */
export function requireDevice(wanted: DevicePreference | undefined, fallback: DeviceFallback | null): void {
  if (fallback === null || wanted === undefined || wanted === 'auto') return;
  throw new OfficeError('device-unavailable', { device: fallback.from, reason: fallback.detail });
}

/** What happened where work continued on another device. */
export function fallbackSentence({ from, to, detail }: DeviceFallback): string {
  return `Computed on ${nameOf(to)} after ${nameOf(from)} failed: ${detail}`;
}

/** One line a card, and what cannot be chosen among them. */
export function cardLines(machine: Pick<MachineReport, 'cards' | 'devices'>): readonly string[] {
  const unnamed = unnamedProviders(machine);
  return [
    machine.cards.length === 0 ? 'Graphics cards: none that the system names' : 'Graphics cards:',
    ...machine.cards.map((card) => `  ${cardWords(card)}`),
    ...(unnamed.includes('webgpu')
      ? [
          '  WebGPU picks one of them itself, a dedicated card before one within the processor, and cannot be told another.',
        ]
      : []),
    ...(unnamed.includes('dml')
      ? [
          '  Windows does not tell how DirectML numbers them: it takes the one of the main screen; USUMAKU_DML_ADAPTER=1 names the second.',
        ]
      : []),
    ...(unnamed.includes('cuda')
      ? [
          '  Nobody tells which of them has which number of CUDA: it takes its first; CUDA_VISIBLE_DEVICES=1 makes that the second.',
        ]
      : []),
  ];
}

function cardWords({ name, driver, memoryBytes, devices }: GraphicsCard): string {
  const facts = [
    ...(memoryBytes === null ? [] : [bytes(memoryBytes)]),
    ...(driver === null ? [] : [`driver ${driver}`]),
    ...(devices.length === 0 ? [] : [`--device ${devices.join(' or ')}`]),
  ];
  return [name, ...facts].join(', ');
}
