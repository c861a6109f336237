/** What this computer can calculate on, asked once and remembered. */

import type { Device, DeviceReport } from '../contract/entities.ts';
import type { Context } from './context.ts';

export interface Devices {
  /** null until the model process has answered. */
  known(): DeviceReport | null;
  /** @throws OfficeError engine-unavailable */
  chosen(): Promise<Device>;
}

export function createDevices({ engine, publish }: Context): Devices {
  let report: DeviceReport | null = null;
  return {
    known: () => report,
    async chosen() {
      if (!report) {
        report = await engine.call('describeDevices', {});
        publish({ kind: 'changed', topics: ['status'] });
      }
      return report.chosen;
    },
  };
}
