/** What this computer can calculate on: proven once, remembered, chosen by speed or by a person. */

import type { Device, DeviceReport, DevicePreference } from '../contract/entities.ts';
import { devicePreference } from '../contract/requests.ts';
import { chooseDevice } from '../domain/devices.ts';
import { checkDevices } from '../engine/device-checks.ts';
import type { Context, Handlers } from './context.ts';

export interface Devices {
  readonly handlers: Pick<Handlers, 'devices.choose' | 'devices.check'>;
  /** null until the model process has answered. */
  known(): DeviceReport | null;
  /** @throws OfficeError engine-unavailable */
  report(): Promise<DeviceReport>;
  /** @throws OfficeError engine-unavailable */
  chosen(): Promise<Device>;
}

/** Name of the setting. */
const settingName = 'device';

export function createDevices(context: Context): Devices {
  const { engine, publish, store, dataDirectory } = context;
  let found: ReturnType<typeof checkDevices> | null = null;
  let report: DeviceReport | null = null;

  function preference(): DevicePreference {
    const kept = store.settings.get(settingName);
    return devicePreference.options.find((option) => option === kept) ?? 'auto';
  }

  /** Checks where that was not done yet; whoever asks meanwhile waits for the same check. */
  async function refresh(again: boolean): Promise<DeviceReport> {
    if (again || !found) found = checkDevices(engine, dataDirectory, { again });
    try {
      const { machine, checks, checkedAt } = await found;
      const wanted = preference();
      report = { ...machine, checks, checkedAt, preference: wanted, ...chooseDevice(checks, wanted) };
    } catch (error) {
      found = null;
      throw error;
    }
    publish({ kind: 'changed', topics: ['status'] });
    return report;
  }

  return {
    known: () => report,
    report: async () => report ?? refresh(false),
    chosen: async () => (report ?? (await refresh(false))).chosen,
    handlers: {
      'devices.check': () => refresh(true),
      'devices.choose': async ({ preference: wanted }) => {
        context.change(['status'], { kind: 'device.chosen', subject: wanted }, () => {
          store.settings.set(settingName, wanted);
        });
        return refresh(false);
      },
    },
  };
}
