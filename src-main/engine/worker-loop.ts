/** The model process's side of the messages: takes requests, runs them side by side, answers each. */

import type { ErrorReport } from '../contract/entities.ts';
import type { JobHooks } from '../../native-models/jobs.ts';
import type { EngineCallName, EngineCalls, EngineJobName, EngineJobs } from './engine.ts';
import { SwitchedJobControl } from './job-control.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { ParentPort } from './parent-port.ts';

/** What a model process can do. */
export interface WorkerHandlers {
  /** By name; whoever asks for what is not here hears of `unexpected`. */
  readonly requests: {
    readonly [Name in EngineCallName]?: (
      input: EngineCalls[Name]['input'],
    ) => EngineCalls[Name]['output'] | Promise<EngineCalls[Name]['output']>;
  } & {
    readonly [Name in EngineJobName]?: (
      input: EngineJobs[Name]['input'],
      hooks: JobHooks<EngineJobs[Name]['event']>,
    ) => Promise<EngineJobs[Name]['output']>;
  };
  /** What a job's `turn()` throws once it was cancelled. */
  readonly cancelledError: () => Error;
  /** Turns whatever was thrown into a code with values. */
  readonly report: (error: unknown) => ErrorReport;
}

/** Serves until the process ends. */
export function serveWorker(port: ParentPort<FromWorker, ToWorker>, handlers: WorkerHandlers): void {
  const controls = new Map<number, SwitchedJobControl>();

  const answer = async (id: number, work: () => unknown) => {
    try {
      port.send({ kind: 'value', id, value: await work() });
    } catch (error) {
      port.send({
        kind: 'failed',
        id,
        error: handlers.report(error),
        detail: String((error as Error)?.stack ?? error),
      });
    } finally {
      controls.delete(id);
    }
  };

  port.onMessage((message: ToWorker) => {
    if (message.kind === 'call' || message.kind === 'start') {
      const { id, name, input } = message;
      const request = handlers.requests[name] as (input: unknown, hooks: JobHooks<unknown>) => unknown;
      const control = new SwitchedJobControl(handlers.cancelledError);
      controls.set(id, control);
      void answer(id, () => request(input, { control, onEvent: (event) => port.send({ kind: 'event', id, event }) }));
    } else {
      controls.get(message.id)?.[message.kind]();
    }
  });
  port.send({ kind: 'ready' });
}
