/** What computes, and why. */

import type { Device, DeviceCheck, MachineReport } from '../../../native-models/jobs.ts';

/** What a person wants computed on; `auto`: what is right and fastest. */
export type DevicePreference = 'auto' | Device;

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
    | 'asked-wrong'
    | 'asked-failed'
    | 'asked-too-small';
  readonly values: Readonly<Record<string, string | number | null>>;
}

/** What this machine can compute on, what of it is proven, and what is used. */
export interface DeviceReport extends MachineReport {
  readonly checks: readonly DeviceCheck[];
  readonly checkedAt: string;
  readonly preference: DevicePreference;
  readonly chosen: Device;
  readonly reason: DeviceReason;
}
