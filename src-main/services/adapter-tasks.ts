/** Long work on adapters (import, export, proof): one at a time, followed by every window, cancelled by any. */

import type { adapterTaskRequests } from '../contract/areas/adapters.ts';
import type { AdapterTask } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import type { Context } from './context.ts';
import type { Lane, LongWork } from './long-work.ts';
import type { ProofHooks } from './proofs.ts';

/** What a task leaves behind. */
export type TaskResult = Partial<Pick<AdapterTask, 'adapterId' | 'directory' | 'howTo' | 'proof'>>;

export interface AdapterTasks {
  readonly handlers: HandlersOf<typeof adapterTaskRequests>;
  /** Begins in the background. @throws OfficeError adapter-task-active */
  start(kind: AdapterTask['kind'], name: string, work: (hooks: ProofHooks) => Promise<TaskResult>): AdapterTask;
}

const topics = ['adapterTask'] as const;

export function createAdapterTasks(context: Context, lane: Lane): AdapterTasks {
  let newest: AdapterTask | null = null;
  let work: LongWork | null = null;

  const announce = () => context.publish({ kind: 'changed', topics });

  function change(part: Partial<AdapterTask>): void {
    if (newest) newest = { ...newest, ...part };
    announce();
  }

  return {
    start(kind, name, begin) {
      lane.requireIdle();
      const task: AdapterTask = { ...newTask, id: context.ids(), kind, name };
      newest = task;
      announce();
      work = lane.begin({
        busy: () => new OfficeError('adapter-task-active', { name }),
        run: ({ follow, progressed }) =>
          begin({
            follow,
            progress(progress) {
              if (newest) newest = { ...newest, ...progress };
              progressed();
            },
          }),
        announce,
        completed: (result) => change({ state: 'completed', ...result }),
        failed: ({ report }) => {
          const cancelled = report.code === 'cancelled';
          change({ state: cancelled ? 'cancelled' : 'failed', error: cancelled ? null : report });
        },
      });
      return task;
    },
    handlers: {
      'adapters.task': async () => newest,
      'adapters.cancelTask': async () => {
        await work?.cancel();
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
