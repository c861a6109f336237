/** The little that the supervisor must know of another process, so that Node and Electron can each bring their own. */

import { hostVariable } from './end-with-host.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { answersPriority, priorityVariable } from './priorities.ts';

/** A started process. Listeners are set once, right after the start. */
export interface StartedProcess<To, From> {
  readonly pid: number | undefined;
  send(message: To): void;
  onMessage(listener: (message: From) => void): void;
  /** `reason` is for people, e.g. `signal SIGKILL` or `exit code 3`. Called exactly once. */
  onExit(listener: (reason: string) => void): void;
  /** Ends it at once, without asking. */
  kill(): void;
}

export type ModelProcess = StartedProcess<ToWorker, FromWorker>;

/**
 * Starts the module `entry` (an absolute path) in a process of its own, which must end by itself when this one ends.
 * `onOutput` gets what it writes to its standard streams, for the log.
 */
export type StartProcess = <To = ToWorker, From = FromWorker>(
  entry: string,
  onOutput: (text: string) => void,
  /** As of `priorities.ts`; left out: that of answers. */
  priority?: number,
) => StartedProcess<To, From>;

/**
 * Environment of a model process: who its host is, and how memory is kept. On Linux, large pieces of memory go back to the system as soon as they are free, so
 * that a model that was closed leaves room for the next one, and come in huge pages, in which a model opens several times
 * faster; threads share one heap, since each heap of their own would begin with such a page:
 * https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html
 */
export function modelProcessEnvironment(priority = answersPriority): Record<string, string | undefined> {
  const tunables = [
    process.env['GLIBC_TUNABLES'],
    'glibc.malloc.hugetlb=1',
    'glibc.malloc.mmap_threshold=1048576',
    'glibc.malloc.arena_max=1',
  ];
  return {
    ...process.env,
    GLIBC_TUNABLES: tunables.filter(Boolean).join(':'),
    [hostVariable]: String(process.pid),
    [priorityVariable]: String(priority),
  };
}

/**
 * Node's options for a model process. Young objects have 4 MB instead of 16 in each half of their space, which V8 would
 * fill before it collects: https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
export const modelProcessOptions: readonly string[] = ['--max-semi-space-size=4'];
