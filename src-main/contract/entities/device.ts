/** What computes, and why. */

import type { Device, DeviceCheck, MachineReport, NumberedProvider, Provider } from '../../../native-models/jobs.ts';

/**
 * What a person wants computed on. `auto`: what is right and fastest; a provider: the fastest of its cards; a provider
 * and, behind a colon, one of its cards, by name (what is kept, because numbers move) or by number (`dml:1`).
 */
export type DevicePreference = 'auto' | Provider | `${NumberedProvider}:${string}`;

/** What the proof of a device found, and the name of the card that was proven; null where nobody can tell. */
export interface DeviceFinding extends DeviceCheck {
  readonly card: string | null;
}

/** Why a device is used: a code for the screen and the values it names. */
export interface DeviceReason {
  readonly code:
    | 'faster'
    | 'slower'
    | 'too-small'
    | 'wrong'
    | 'failed'
    | 'no-gpu'
    | 'asked'
    | 'asked-missing'
    | 'asked-card-missing'
    | 'asked-wrong'
    | 'asked-failed'
    | 'asked-too-small';
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** What this machine can compute on, what of it is proven, and what is used. */
export interface DeviceReport extends MachineReport {
  readonly checks: readonly DeviceFinding[];
  readonly checkedAt: string;
  readonly preference: DevicePreference;
  readonly chosen: Device;
  readonly reason: DeviceReason;
}
