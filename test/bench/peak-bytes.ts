/** The most memory that this process ever held. */

import { readFileSync } from 'node:fs';

/**
 * Bytes. On Linux what the process itself had: its resource usage begins with what the process held that started it.
 * Elsewhere: https://nodejs.org/api/process.html#processresourceusage
 */
export function peakBytes(): number {
  const own = process.platform === 'linux' && /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return 1024 * (own ? Number(own[1]) : process.resourceUsage().maxRSS);
}
