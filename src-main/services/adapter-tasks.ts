/** Long work on adapters (import, export, proof): one at a time, followed by every window, cancelled by any. */

import type { adapterTaskRequests } from '../contract/areas/adapters.ts';
import type { AdapterTask } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import type { Context } from './context.ts';
import { toErrorReport } from './error-report.ts';
import type { ProofHooks } from './proofs.ts';

/** What a task leaves behind. */
export type TaskResult = Partial<Pick<AdapterTask, 'adapterId' | 'directory' | 'howTo' | 'proof'>>;

export interface AdapterTasks {
  readonly handlers: HandlersOf<typeof adapterTaskRequests>;
  /** Begins in the background. @throws OfficeError adapter-task-active */
  start(kind: AdapterTask['kind'], name: string, work: (hooks: ProofHooks) => Promise<TaskResult>): AdapterTask;
  /** @throws OfficeError adapter-task-active */
  requireIdle(): void;
  /** Resolves when the running task, if any, has ended. */
  settled(): Promise<void>;
}

const topics = ['adapterTask'] as const;
const publishMilliseconds = 250;

export function createAdapterTasks(context: Context): AdapterTasks {
  let newest: AdapterTask | null = null;
  let cancel: () => void = () => {};
  let settling: Promise<void> = Promise.resolve();
  let publishedAt = 0;

  const requireIdle = () => {
    if (newest?.state === 'running') throw new OfficeError('adapter-task-active', { name: newest.name });
  };

  function change(part: Partial<AdapterTask>): void {
    if (newest) newest = { ...newest, ...part };
    publishedAt = context.clock().getTime();
    context.publish({ kind: 'changed', topics });
  }

  function hooksOf(signal: AbortSignal): ProofHooks {
    return {
      // A cancel that came before the job ends it at once.
      follow(job) {
        if (signal.aborted) job.cancel();
        else signal.addEventListener('abort', () => job.cancel(), { once: true });
        return job.result;
      },
      progress(progress) {
        if (newest) newest = { ...newest, ...progress };
        if (context.clock().getTime() - publishedAt >= publishMilliseconds) change({});
      },
    };
  }

  return {
    requireIdle,
    settled: () => settling,
    start(kind, name, work) {
      requireIdle();
      const controller = new AbortController();
      cancel = () => controller.abort();
      const task: AdapterTask = { ...newTask, id: context.ids(), kind, name };
      newest = task;
      change({});
      settling = work(hooksOf(controller.signal)).then(
        (result) => change({ state: 'completed', ...result }),
        (error: unknown) => {
          const { report } = toErrorReport(error);
          const cancelled = report.code === 'cancelled';
          change({ state: cancelled ? 'cancelled' : 'failed', error: cancelled ? null : report });
        },
      );
      return newest;
    },
    handlers: {
      'adapters.task': async () => newest,
      'adapters.cancelTask': async () => {
        cancel();
        await settling;
        return newest;
      },
    },
  };
}

const newTask = {
  state: 'running',
  done: 0,
  total: 0,
  adapterId: null,
  directory: null,
  howTo: null,
  proof: null,
  error: null,
} as const;
