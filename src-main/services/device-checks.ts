/** The proof of every device of this machine, kept in a file so that it is done once for each card, driver and version of ours. */

import { createHash } from 'node:crypto';
import { release } from 'node:os';
import { join } from 'node:path';
import { readOrdinaryNow } from '../../native-models/disk/ordinary.ts';
import { readOwnJson, writeOwnJson } from '../../native-models/disk/own-files.ts';
import type { Device, DeviceCheck, DeviceFinding, MachineReport } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { cardOf, providerOf } from '../contract/rules/devices.ts';
import type { Engine } from '../engine/engine.ts';

export interface DeviceChecks {
  /** ISO 8601: of the oldest of them. */
  readonly checkedAt: string;
  readonly checks: readonly DeviceFinding[];
}

interface KeptCheck {
  readonly checkedAt: string;
  readonly check: DeviceCheck;
}

interface KeptChecks {
  /** What they were found on; anything else makes them void. */
  readonly machine: string;
  /**
   * By the configuration of the model whose family and width they prove (the empty one for none), then by what was
   * proven: a card keeps its proof when another is plugged in and numbers move.
   */
  readonly found: Readonly<Record<string, Readonly<Record<string, KeptCheck>>>>;
}

interface KeptFile {
  readonly kept: KeptChecks;
  readonly sha256: string;
}

/** Where the checks of a data directory are kept. */
const fileIn = (dataDirectory: string): string => join(dataDirectory, 'devices.json');

/**
 * What is known of the machine's devices; each checked where nothing is kept of it, the machine, a driver or our version
 * changed, or `again`. A device that ends its process, or never answers, is a failed one. @throws OfficeError engine-unavailable
 * @param options.model folder of a model of whose family and width the proof shall be
 */
export async function checkDevices(
  engine: Engine,
  dataDirectory: string,
  { again = false, model }: { readonly again?: boolean; readonly model?: string | undefined } = {},
): Promise<DeviceChecks & { readonly machine: MachineReport }> {
  const machine = await engine.call('describeMachine', {});
  const key = machineKey(machine);
  const file = readKept(fileIn(dataDirectory));
  const kept = file?.machine === key ? file.found : {};
  const configuration = configurationOf(model);
  const earlier = kept[configuration] ?? {};
  const now: Record<string, KeptCheck> = {};
  const checks: DeviceFinding[] = [];
  const dates: string[] = [];
  // One after the other: side by side they would slow each other down.
  for (const device of machine.devices) {
    const card = cardOf(device, machine.cards)?.name ?? null;
    // The CPU needs no proof, and its speed is only there to be compared with.
    const alone = device === 'cpu' && !checks.some(({ verdict }) => verdict === 'right');
    const subject = alone ? 'cpu, not measured' : subjectOf(device, machine);
    const known = again ? undefined : earlier[subject];
    const found = known ?? {
      check: alone ? unmeasuredCpu : await checkDevice(engine, device, model),
      checkedAt: new Date().toISOString(),
    };
    checks.push({ ...found.check, device, card });
    dates.push(found.checkedAt);
    now[subject] = found;
  }
  if (again || Object.keys(now).some((subject) => !earlier[subject])) {
    const found = { ...kept, [configuration]: { ...earlier, ...now } };
    keep(fileIn(dataDirectory), { machine: key, found });
  }
  return { machine, checks, checkedAt: dates.toSorted()[0] ?? new Date().toISOString() };
}

/** What a proof is about: a provider with the card and driver that it computes on, or all of them where it picks by itself. */
function subjectOf(device: Device, { cards }: MachineReport): string {
  const facts = (all: typeof cards) => all.map(({ name, driver }) => [name, driver]);
  const card = cardOf(device, cards);
  return JSON.stringify([providerOf(device), device === 'cpu' ? [] : facts(card ? [card] : cards)]);
}

/** What tells models of one family and width from others. */
function configurationOf(model: string | undefined): string {
  if (model === undefined) return '';
  try {
    return createHash('sha256')
      .update(readOrdinaryNow(join(model, 'config.json'), largestFile))
      .digest('hex');
  } catch {
    // Whoever opens the model says what is wrong with it.
    return '';
  }
}

const unknown = { difference: null, gigaflops: null, largestBufferBytes: null, failure: null };
const unmeasuredCpu: DeviceCheck = { ...unknown, device: 'cpu', verdict: 'right', difference: 0 };

async function checkDevice(engine: Engine, device: Device, modelDirectory: string | undefined): Promise<DeviceCheck> {
  try {
    return await engine.call('probeDevice', { device, modelDirectory });
  } catch (error) {
    if (!(error instanceof OfficeError)) throw error;
    const failure = String(error.values['reason'] ?? error.message);
    return { ...unknown, device, verdict: 'failed', failure };
  }
}

/** Free memory changes all the time and says nothing about devices; the Vulkan loader can be told another driver, and DirectML another card. */
function machineKey({ freeMemoryBytes: _, devices: __, cards: ___, ...machine }: MachineReport): string {
  const drivers = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'USUMAKU_DML_ADAPTER'].map((name) => process.env[name] ?? '');
  // Drivers that come with the system are as new as it is.
  return JSON.stringify([process.platform, process.arch, release(), machine, drivers]);
}

/** Megabytes. */
const largestFile = 16;

/** What a file says whose content is what was written: a letter that became another would choose another device. */
function readKept(file: string): KeptChecks | null {
  try {
    const { kept, sha256 } = readOwnJson(file, largestFile) as KeptFile;
    return sha256 === hashOf(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** A folder that is not there, or cannot be written to, costs the next start another check, nothing else. */
function keep(file: string, kept: KeptChecks): void {
  try {
    writeOwnJson(file, { kept, sha256: hashOf(kept) } satisfies KeptFile);
  } catch {
    // See above.
  }
}

const hashOf = (kept: KeptChecks): string => createHash('sha256').update(JSON.stringify(kept)).digest('hex');
