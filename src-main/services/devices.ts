/** What this computer can calculate on: proven once, remembered, chosen by speed or by a person. */

import * as v from 'valibot';
import { devicePreference, type deviceRequests } from '../contract/areas/devices.ts';
import type { BaseModel, Device, DeviceReport, DevicePreference, EvaluationRecord } from '../contract/entities.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { cardOf, cardPartOf, lasting, providerOf } from '../contract/rules/devices.ts';
import { changesBetween } from '../domain/changes.ts';
import { chooseDevice } from '../domain/devices.ts';
import type { Context } from './context.ts';
import { checkDevices } from './device-checks.ts';

/** What was found of the machine, and the device of it that a model is computed on. */
export function deviceChoice(
  { machine, checks }: Pick<Awaited<ReturnType<typeof checkDevices>>, 'machine' | 'checks'>,
  wanted: DevicePreference,
  { largestTensorBytes }: ChosenFor,
) {
  return { ...machine, checks, ...chooseDevice(checks, wanted, largestTensorBytes) };
}

export interface Devices {
  readonly handlers: HandlersOf<typeof deviceRequests>;
  /** For the project's model; null until the model process has answered. */
  known(): DeviceReport | null;
  /** For a model, whose largest tensor the device must take. @throws OfficeError engine-unavailable */
  report(model: ChosenFor): Promise<DeviceReport>;
  /** @throws OfficeError engine-unavailable */
  chosen(model: ChosenFor): Promise<Device>;
  /** The same with the name of its card, as records keep it; null where there is none, or nobody can tell. */
  computing(model: ChosenFor): Promise<Required<RecordedDevice>>;
  /** Where a card of a record is now: under another number, or away, and then whichever has its number. Checks where that was not done yet. */
  today(recorded: RecordedDevice): Promise<Required<RecordedDevice>>;
  /** Checks where that was not done yet. @throws OfficeError engine-unavailable */
  check(): Promise<void>;
}

type RecordedDevice = Pick<EvaluationRecord, 'device' | 'card'>;
type ChosenFor = Pick<BaseModel, 'largestTensorBytes'>;

/** Name of the setting. */
const settingName = 'device';

export function createDevices(context: Context): Devices {
  const { engine, publish, store, dataDirectory } = context;
  let found: ReturnType<typeof checkDevices> | null = null;
  let known: Awaited<ReturnType<typeof checkDevices>> | null = null;

  function preference(): DevicePreference {
    const kept = store.settings.get(settingName);
    return v.is(devicePreference, kept) ? kept : 'auto';
  }

  function projectModel(): ChosenFor {
    const project = store.project.get();
    return (project && store.models.get(project.modelId)) ?? { largestTensorBytes: 0 };
  }

  function reportOf(found: NonNullable<typeof known>, model: ChosenFor): DeviceReport {
    const wanted = preference();
    return { ...deviceChoice(found, wanted, model), checkedAt: found.checkedAt, preference: wanted };
  }

  /** Checks where that was not done yet; whoever asks meanwhile waits for the same check. */
  async function refresh(again: boolean): Promise<NonNullable<typeof known>> {
    if (again || !found) found = checkDevices(engine, dataDirectory, { again });
    try {
      known = await found;
    } catch (error) {
      found = null;
      throw error;
    }
    publish({ kind: 'changed', topics: ['devices'] });
    return known;
  }

  const report: Devices['report'] = async (model) => reportOf(known ?? (await refresh(false)), model);

  return {
    known: () => known && reportOf(known, projectModel()),
    report,
    chosen: async (model) => (await report(model)).chosen,
    async computing(model) {
      const { chosen: device, cards } = await report(model);
      return { device, card: cardOf(device, cards)?.name ?? null };
    },
    async today({ device, card }) {
      const { cards } = (known ?? (await refresh(false))).machine;
      const same = cards.find(({ name }) => name === card)?.devices;
      const now = same?.find((each) => providerOf(each) === providerOf(device)) ?? device;
      return { device: now, card: cardOf(now, cards)?.name ?? null };
    },
    check: async () => void (await refresh(false)),
    handlers: {
      'devices.check': async () => reportOf(await refresh(true), projectModel()),
      'devices.choose': async ({ preference: wanted }) => {
        // Where no card is named, nothing has to be checked: whoever chooses the CPU may do so because checking fails.
        const kept = cardPartOf(wanted) === null ? wanted : lasting(wanted, (await refresh(false)).checks);
        const changes = changesBetween({ device: preference() }, { device: kept });
        context.change(['devices'], { kind: 'device.chosen', subject: kept, changes }, () => {
          store.settings.set(settingName, kept);
        });
        return reportOf(await refresh(false), projectModel());
      },
    },
  };
}
