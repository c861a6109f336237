/** Why a device is used, as an English sentence for the terminal; the screens have their own words. */

import type { Device, DeviceFallback, DevicePreference, DeviceReason } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { bytes, gigaflops } from './figures.ts';

const names: Readonly<Record<Device, string>> = {
  cpu: 'the processor',
  webgpu: 'the GPU (WebGPU)',
  dml: 'the GPU (DirectML)',
  cuda: 'the GPU (CUDA)',
};

export function deviceSentence({ reason: { code, values } }: { readonly reason: DeviceReason }): string {
  const name = names[values['device'] as Device] ?? 'the device';
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
  return `Computed on ${names[to]} after ${names[from]} failed: ${detail}`;
}
