/** How a fingerprint of logits is computed. */

import type { Device, ProbeSetup } from '../jobs.ts';
import { coreCount } from '../runtime/threads.ts';
import { engineVersion } from '../version.ts';

/** Each prompt is computed alone, so that its bits do not depend on its neighbours. Threads are the CPU's. */
export function probeSetup(device: Device): ProbeSetup {
  return { device, threads: device === 'cpu' ? (coreCount() ?? null) : null, rows: 1, engineVersion };
}
