/** Devices: where things are computed, and what this machine has. */

/** What of the runtime computes. `cpu` is always there. */
export type Provider = 'cpu' | 'webgpu' | 'dml' | 'cuda';

/** Providers that can be told which of several graphics cards to take. WebGPU cannot: the runtime picks its card. */
export type NumberedProvider = 'dml' | 'cuda';

/**
 * Where a graph runs: a provider, with the number that it gives a card where it has several to choose from, as in `dml:1`.
 * Numbers move when a card is plugged in or out, so nothing that lasts is kept by them.
 */
export type Device = Provider | `${NumberedProvider}:${number}`;

/** One graphics card, as the operating system and its driver tell of it. */
export interface GraphicsCard {
  /** Another name than every other card's here: a second one of the same make has `#2` behind it. */
  readonly name: string;
  /** The driver's version. */
  readonly driver: string | null;
  /** Memory of its own; null where the system does not tell, as for those that share the processor's. */
  readonly memoryBytes: number | null;
  /** What surely computes on this card. */
  readonly devices: readonly Device[];
}

/** A job that began on one device and continues on another. */
export interface DeviceFallback {
  readonly from: Device;
  readonly to: Device;
  /** `buffer`: one of the model's tensors is more than the device takes at once; `memory`: it ran out. */
  readonly reason: 'buffer' | 'memory' | 'failed';
  /** In the runtime's words. */
  readonly detail: string;
  readonly largestTensorBytes: number;
  /** Of a training: steps that were done and kept before; those after it ran on `to`, some of them again. */
  readonly step?: number | undefined;
}

/** Facts about the machine, before anything is proven. */
export interface MachineReport {
  /** Devices that onnxruntime offers, best first. */
  readonly devices: readonly Device[];
  /** Graphics cards, as far as the operating system tells of them. */
  readonly cards: readonly GraphicsCard[];
  readonly cpuModel: string;
  readonly cpuCores: number;
  readonly totalMemoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly onnxruntimeVersion: string;
  /** Ours: what is remembered of a device was found out by it. */
  readonly engineVersion: string;
}

/** What the proof of one device found. */
export interface DeviceCheck {
  readonly device: Device;
  /** `right`: agrees with the CPU; `wrong`: computes something else; `failed`: does not compute here. */
  readonly verdict: 'right' | 'wrong' | 'failed';
  /** Largest relative difference of loss and gradients from the CPU's; null where nothing was computed. */
  readonly difference: number | null;
  /** Billions of floating-point operations a second in a matrix product; null where it was not measured. */
  readonly gigaflops: number | null;
  /** Largest tensor that a session was seen to take; null: not limited (`cpu`), or not known. */
  readonly largestBufferBytes: number | null;
  /** Why it failed, in the runtime's words. */
  readonly failure: string | null;
}
