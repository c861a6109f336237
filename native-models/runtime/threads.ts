/** How many threads a session computes with: one for each core, which onnxruntime itself miscounts on some machines. */

import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const processors = '/sys/devices/system/cpu';

/**
 * Environment variable with the most threads that a session may take; else one for each core. Where several models
 * compute beside each other, as in this project's tests, threads that wait for their turn only keep each other busy.
 */
export const threadsVariable = 'USUMAKU_THREADS';

/**
 * Physical cores that this process may use; undefined where the system does not list them (Windows, macOS) and
 * onnxruntime counts rightly by itself. On Linux it takes half of the processors where it cannot tell cores from
 * threads, as in many virtual machines, and would train at half speed.
 * @param folder where Linux lists its processors:
 *   https://www.kernel.org/doc/Documentation/ABI/stable/sysfs-devices-system-cpu
 */
export function coreCount(folder = processors, parallelism = availableParallelism()): number | undefined {
  const most = Number(process.env[threadsVariable]);
  if (Number.isInteger(most) && most > 0) return Math.min(most, parallelism);
  try {
    const names = readdirSync(folder).filter((name) => /^cpu\d+$/.test(name));
    const cores = names.map((name) =>
      ['physical_package_id', 'core_id']
        .map((file) => readFileSync(join(folder, name, 'topology', file), 'utf8').trim())
        .join(),
    );
    return cores.length === 0 ? undefined : Math.min(new Set(cores).size, parallelism);
  } catch {
    return undefined;
  }
}
