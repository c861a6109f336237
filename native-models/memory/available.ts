/** How much memory this process may still take, as system and container see it. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';

/** What the answer is made of; the process's own numbers by default. */
export interface MemoryFacts {
  /** Free and reclaimable memory of the whole machine (`MemAvailable` on Linux). */
  readonly free: number;
  readonly total: number;
  /** Limit of the container (cgroup), 0 where there is none. */
  readonly limit: number;
  /** What the container's limit leaves, with its file cache counted as used. */
  readonly withinLimit: number;
  /** File cache of the container that the kernel gives back when memory gets short. */
  readonly reclaimable: number;
}

/** The smaller of what the machine and the container allow, in bytes. */
export function availableMemory(facts: MemoryFacts = here()): number {
  const { free, limit, reclaimable, total, withinLimit } = facts;
  if (limit <= 0 || limit >= total) return free;
  return Math.min(free, limit, withinLimit + reclaimable);
}

/** Memory of the machine, or of the container where that is smaller, in bytes. */
export function totalMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function here(): MemoryFacts {
  return {
    free: Math.max(freemem(), process.platform === 'darwin' ? macFree(vmStat()) : 0),
    total: totalmem(),
    limit: process.constrainedMemory(),
    withinLimit: process.availableMemory(),
    reclaimable: reclaimableCache(),
  };
}

/**
 * Bytes that macOS can hand out at once, by what `vm_stat` prints: it keeps hardly a page free, and gives those that nobody
 * has used for a while. Node counts the free ones alone, also in `process.availableMemory()`. 0 where nothing is printed.
 */
export function macFree(printed: string): number {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(printed)?.[1] ?? 0);
  const pages = (name: string): number =>
    Number(new RegExp(`^Pages ${name}:\\s+(\\d+)\\.`, 'm').exec(printed)?.[1] ?? 0);
  return pageBytes * (pages('free') + pages('inactive') + pages('speculative') + pages('purgeable'));
}

function vmStat(): string {
  try {
    return execFileSync('/usr/bin/vm_stat', { encoding: 'utf8', timeout: 2_000, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** Cache that counts against a container and goes first: https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.stat). */
function reclaimableCache(): number {
  try {
    const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
    const stat = readFileSync(`/sys/fs/cgroup${path}/memory.stat`, 'utf8');
    const bytes = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
    return bytes('inactive_file') + bytes('slab_reclaimable');
  } catch {
    return 0;
  }
}
