/** What this computer calculates on. */

import * as v from 'valibot';
import type { DeviceReport, NumberedProvider, Provider } from '../entities.ts';
import { nothing } from '../fields.ts';
import { command, gives } from '../request.ts';

/** Every one, or this is no program. */
const providers: Readonly<Record<Provider, true>> = { cpu: true, webgpu: true, dml: true, cuda: true };

/** Those without a card, in the order in which help texts name them. */
export const plainPreferences = ['auto', ...(Object.keys(providers) as readonly Provider[])] as const;

/** A card's name is what its driver gives it, and no driver gives a longer one. */
export const devicePreference = v.union([
  v.picklist(plainPreferences),
  v.custom<`${NumberedProvider}:${string}`>(
    (value) => typeof value === 'string' && /^(dml|cuda):\S.{0,199}$/.test(value),
  ),
]);

export const deviceRequests = {
  /** Proves every device again. */
  'devices.check': command({ input: nothing, output: gives<DeviceReport>(), permission: 'administer' }),
  /** Asks for a device from now on, kept by its card's name; a running job keeps its own. */
  'devices.choose': command({
    input: v.strictObject({ preference: devicePreference }),
    output: gives<DeviceReport>(),
    permission: 'administer',
  }),
};

export const deviceEvents = ['device.chosen'] as const;
