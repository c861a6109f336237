/** The proof of every device of this machine, kept in a file so that it is done once for each machine and runtime. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Device, DeviceCheck, MachineReport } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { Engine } from './engine.ts';

export interface DeviceChecks {
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly checks: readonly DeviceCheck[];
}

interface KeptChecks extends DeviceChecks {
  /** What they were found on; anything else makes them void. */
  readonly machine: string;
}

/** Where the checks of a data directory are kept. */
const fileIn = (dataDirectory: string): string => join(dataDirectory, 'devices.json');

/**
 * What is known of the machine's devices; checked where nothing is kept, the machine or its runtime changed, or `again`.
 * A device that ends its process, or never answers, is a failed one. @throws OfficeError engine-unavailable
 */
export async function checkDevices(
  engine: Engine,
  dataDirectory: string,
  { again = false }: { readonly again?: boolean } = {},
): Promise<DeviceChecks & { readonly machine: MachineReport }> {
  const machine = await engine.call('describeMachine', {});
  const key = machineKey(machine);
  const kept = again ? null : readKept(fileIn(dataDirectory));
  if (kept?.machine === key) return { machine, checks: kept.checks, checkedAt: kept.checkedAt };
  const checks: DeviceCheck[] = [];
  // One after the other: side by side they would slow each other down.
  for (const device of machine.devices) {
    // The CPU needs no proof, and its speed is only there to be compared with.
    const alone = device === 'cpu' && !checks.some(({ verdict }) => verdict === 'right');
    checks.push(alone ? unmeasuredCpu : await checkDevice(engine, device));
  }
  const found = { checks, checkedAt: new Date().toISOString() };
  keep(fileIn(dataDirectory), { machine: key, ...found });
  return { machine, ...found };
}

const unknown = { difference: null, gigaflops: null, largestBufferBytes: null, failure: null };
const unmeasuredCpu: DeviceCheck = { ...unknown, device: 'cpu', verdict: 'right', difference: 0 };

async function checkDevice(engine: Engine, device: Device): Promise<DeviceCheck> {
  try {
    return await engine.call('probeDevice', { device });
  } catch (error) {
    if (!(error instanceof OfficeError)) throw error;
    const failure = String(error.values['reason'] ?? error.message);
    return { ...unknown, device, verdict: 'failed', failure };
  }
}

/** Free memory changes all the time and says nothing about devices; the Vulkan loader can be told another driver. */
function machineKey({ freeMemoryBytes: _, ...machine }: MachineReport): string {
  const drivers = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'].map((name) => process.env[name] ?? '');
  return JSON.stringify([process.platform, process.arch, machine, drivers]);
}

function readKept(file: string): KeptChecks | null {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptChecks;
    // A former version did not look for the largest buffer.
    const whole = Array.isArray(kept.checks) && kept.checks.every((check) => 'largestBufferBytes' in check);
    return whole && typeof kept.checkedAt === 'string' ? kept : null;
  } catch {
    return null;
  }
}

/** A folder that is not there, or cannot be written to, costs the next start another check, nothing else. */
function keep(file: string, checks: KeptChecks): void {
  try {
    writeFileSync(file, JSON.stringify(checks));
  } catch {
    // See above.
  }
}
