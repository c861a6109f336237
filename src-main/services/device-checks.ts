/** The proof of every device of this machine, kept in a file so that it is done once for each machine, driver and version of ours. */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { clearUnlessOrdinary, readOrdinaryNow } from '../../native-models/disk/ordinary.ts';
import type { Device, DeviceCheck, MachineReport } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { Engine } from '../engine/engine.ts';

export interface DeviceChecks {
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly checks: readonly DeviceCheck[];
}

interface KeptChecks {
  /** What they were found on; anything else makes them void. */
  readonly machine: string;
  /** By the configuration of the model whose family and width they prove; the empty one for none. */
  readonly found: Readonly<Record<string, DeviceChecks>>;
}

interface KeptFile {
  readonly kept: KeptChecks;
  readonly sha256: string;
}

/** Where the checks of a data directory are kept. */
const fileIn = (dataDirectory: string): string => join(dataDirectory, 'devices.json');

/**
 * What is known of the machine's devices; checked where nothing is kept, the machine, a driver or our version changed, or
 * `again`. A device that ends its process, or never answers, is a failed one. @throws OfficeError engine-unavailable
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
  const known = again ? undefined : kept[configuration];
  if (known) return { machine, checks: known.checks, checkedAt: known.checkedAt };
  const checks: DeviceCheck[] = [];
  // One after the other: side by side they would slow each other down.
  for (const device of machine.devices) {
    // The CPU needs no proof, and its speed is only there to be compared with.
    const alone = device === 'cpu' && !checks.some(({ verdict }) => verdict === 'right');
    checks.push(alone ? unmeasuredCpu : await checkDevice(engine, device, model));
  }
  const found = { checks, checkedAt: new Date().toISOString() };
  keep(fileIn(dataDirectory), { machine: key, found: { ...kept, [configuration]: found } });
  return { machine, ...found };
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
function machineKey({ freeMemoryBytes: _, ...machine }: MachineReport): string {
  const drivers = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'USUMAKU_DML_ADAPTER'].map((name) => process.env[name] ?? '');
  // Drivers that come with the system are as new as it is.
  return JSON.stringify([process.platform, process.arch, release(), machine, drivers]);
}

/** Megabytes. */
const largestFile = 16;

/** What a file says whose content is what was written: a letter that became another would choose another device. */
function readKept(file: string): KeptChecks | null {
  try {
    const { kept, sha256 } = JSON.parse(readOrdinaryNow(file, largestFile).toString('utf8')) as KeptFile;
    return sha256 === hashOf(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** A folder that is not there, or cannot be written to, costs the next start another check, nothing else. */
function keep(file: string, kept: KeptChecks): void {
  try {
    clearUnlessOrdinary(file);
    writeFileSync(file, JSON.stringify({ kept, sha256: hashOf(kept) } satisfies KeptFile));
  } catch {
    // See above.
  }
}

const hashOf = (kept: KeptChecks): string => createHash('sha256').update(JSON.stringify(kept)).digest('hex');
