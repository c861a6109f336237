/** What this computer calculates on. */

import * as v from 'valibot';
import type { DevicePreference, DeviceReport } from '../entities.ts';
import { nothing } from '../fields.ts';
import { command, gives } from '../request.ts';

/** Every one, or this is no program. */
const preferences: Readonly<Record<DevicePreference, true>> = {
  auto: true,
  cpu: true,
  webgpu: true,
  dml: true,
  cuda: true,
};

export const devicePreference = v.picklist(Object.keys(preferences) as readonly DevicePreference[]);

export const deviceRequests = {
  /** Proves every device again. */
  'devices.check': command({ input: nothing, output: gives<DeviceReport>(), permission: 'administer' }),
  /** Asks for a device from now on; a running job keeps its own. */
  'devices.choose': command({
    input: v.strictObject({ preference: devicePreference }),
    output: gives<DeviceReport>(),
    permission: 'administer',
  }),
};

export const deviceEvents = ['device.chosen'] as const;
