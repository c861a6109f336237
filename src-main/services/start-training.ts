/** Starts a training that survives running out of memory even where the system kills its process for it. */

import { readFileSync } from 'node:fs';
import { OfficeError } from '../contract/errors.ts';
import type { Engine, EngineJobs, RunningJob } from '../engine/engine.ts';

type TrainJob = EngineJobs['train']['input'];
type TrainResult = EngineJobs['train']['output'];

/** What happens to a training besides what the model process tells. */
export interface Restarted {
  readonly kind: 'restarted';
  /** Why the process ended, e.g. `signal SIGKILL`. */
  readonly reason: string;
  /** What the run was predicted to need before, and may need from now on, in bytes. */
  readonly needed: number;
  readonly limit: number;
}

export type TrainingEvent = EngineJobs['train']['event'] | Restarted;

/** Of what a killed run was predicted to need, so much may the next one need. */
const nextShare = 0.7;
/** V8 and C++ end a process themselves where an allocation fails that nobody handles; Electron tells of V8's end in words. */
const ownEnd = /SIGABRT|SIGTRAP|exit code (133|134)\b|^FatalError at /;
/**
 * How such a process ends on Windows: fail-fast, a breakpoint that nobody took, no memory, the paging file's limit, and
 * Chromium's own: https://learn.microsoft.com/openspecs/windows_protocols/ms-erref/596a1078-e883-4972-9bbc-49e60bebca55
 */
const ownEndOnWindows = new Set([0xc0000409, 0x80000003, 0xc0000017, 0xc000012d, 0xe0000008]);
const killed = /SIGKILL|exit code 137\b/;

/**
 * Trains; where the model process dies for want of memory, it goes on from its last checkpoint in a more frugal way.
 * Rejects with `memory-exhausted` when nothing smaller is left, and otherwise as `engine.start` does.
 * @param kills how often the system has killed a process for memory
 */
export function startTraining(
  engine: Pick<Engine, 'start'>,
  job: TrainJob,
  onEvent: (event: TrainingEvent) => void,
  kills: () => number = memoryKills,
): RunningJob<TrainResult> {
  let paused = false;
  let cancelled = false;
  let running: RunningJob<TrainResult>;
  const attempt = async (current: TrainJob): Promise<TrainResult> => {
    const killsBefore = kills();
    let prepared: Extract<TrainingEvent, { kind: 'prepared' }> | undefined;
    running = engine.start('train', current, (event) => {
      if (event.kind === 'prepared') prepared = event;
      onEvent(event);
    });
    if (paused) running.pause();
    try {
      return await running.result;
    } catch (error) {
      const reason = crashReason(error);
      const ofMemory = endedItself(reason) || (killed.test(reason) && kills() > killsBefore);
      if (!prepared || !ofMemory || cancelled) throw error;
      const { estimatedPeakBytes: needed, longestRow: tokens } = prepared;
      const allowed = current.memoryLimitBytes ?? Infinity;
      if (needed > allowed) {
        const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
        const values = { tokens, neededMegabytes: megabytes(needed), availableMegabytes: megabytes(allowed) };
        throw new OfficeError('memory-exhausted', values);
      }
      const limit = nextShare * needed;
      onEvent({ kind: 'restarted', reason, needed, limit });
      return attempt({ ...current, resume: true, memoryLimitBytes: limit });
    }
  };
  const result = attempt(job);
  return {
    result,
    pause() {
      paused = true;
      running.pause();
    },
    resume() {
      paused = false;
      running.resume();
    },
    cancel() {
      cancelled = true;
      running.cancel();
    },
  };
}

/** Whether a process ended as one does where memory runs out. @param reason as a started process tells it */
export function endedItself(reason: string): boolean {
  // Some tell Windows' codes with a sign.
  const code = Number(/exit code (-?\d+)/.exec(reason)?.[1] ?? 0) >>> 0;
  return ownEnd.test(reason) || ownEndOnWindows.has(code);
}

function crashReason(error: unknown): string {
  return error instanceof OfficeError && error.code === 'engine-crashed' ? String(error.values.reason) : '';
}

/** Linux counts them: https://docs.kernel.org/admin-guide/sysctl/vm.html (oom_kill). Other systems let allocations fail. */
function memoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
