/** What each device can do, in one place: a new device is a line here and its name in `jobs/device`; screens name it, too. */

import type { Device, Provider } from '../jobs.ts';

/**
 * Composed under a mask; one operator that reads a cache in memory; or one that also turns queries and keys, and writes into
 * a cache that stays on the device.
 */
export type ServedAttention = 'masked' | 'fused' | 'in-place';

export interface Capabilities {
  /** What all others are measured by, and fall back to. */
  readonly isReference: boolean;
  /** Computes every graph in the form that `gpuGraph` gives it, with indices of 32 bits. */
  readonly gpuForm: boolean;
  /** Starting a kernel costs more than what a small one computes: graphs are built with few, large ones. */
  readonly fewKernels: boolean;
  /** Outputs may stay on the device, and be fed again. */
  readonly keepsOutputs: boolean;
  /** How texts that are answered look back, where their model allows it. */
  readonly attention: ServedAttention;
  /** Multiplies with weights in blocks of 8 or 4 bits in training. */
  readonly trainsOnBlocks: boolean;
  /** Largest difference, relative to the largest logit, between the graph that serves and the one that trained. */
  readonly servedTolerance: number;
}

const unproven: Capabilities = {
  isReference: false,
  gpuForm: false,
  fewKernels: false,
  keepsOutputs: false,
  attention: 'masked',
  trainsOnBlocks: false,
  servedTolerance: 1e-3,
};

/** Best first, where several are right. */
const table: Readonly<Record<Provider, Capabilities>> = {
  cuda: unproven,
  dml: unproven,
  webgpu: { ...unproven, gpuForm: true, fewKernels: true, keepsOutputs: true, attention: 'in-place' },
  cpu: {
    ...unproven,
    ...{ isReference: true, attention: 'fused', trainsOnBlocks: true, servedTolerance: 1e-4 },
  },
};

/** Every provider that there may be, best first. */
export const knownProviders = Object.keys(table) as readonly Provider[];

/** `dml` of `dml:1`. */
export const providerOf = (device: Device): Provider => device.split(':')[0] as Provider;

/** 1 of `dml:1`; undefined where a device names no card. */
export function cardNumberOf(device: Device): number | undefined {
  const number = device.split(':')[1];
  return number === undefined ? undefined : Number(number);
}

export const capabilitiesOf = (device: Device): Capabilities => table[providerOf(device)];
