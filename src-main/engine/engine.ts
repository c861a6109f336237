/**
 * What the office knows of the model process: short calls and long jobs, as plain data.
 * The supervisor implements it over another process; only `worker.ts` imports the machine room itself.
 */

import type { JobHooks } from '../../native-models/jobs.ts';
import type * as requests from '../../native-models/requests.ts';

type Requests = typeof requests;
type InputOf<Parameters> = Parameters extends readonly [infer Input, ...unknown[]] ? Input : Record<string, never>;
type EventOf<Parameters> = Parameters extends readonly [unknown, JobHooks<infer Event>] ? Event : never;

/** Short requests, answered once: the functions of `native-models/requests.ts` that take their input alone. */
export type EngineCalls = {
  [Name in keyof Requests as Parameters<Requests[Name]> extends readonly [] | readonly [unknown] ? Name : never]: {
    input: InputOf<Parameters<Requests[Name]>>;
    output: Awaited<ReturnType<Requests[Name]>>;
  };
};

/** Long work with progress, pause and cancel: those that take `JobHooks` as well. */
export type EngineJobs = {
  [Name in keyof Requests as Parameters<Requests[Name]> extends readonly [unknown, JobHooks<infer _>] ? Name : never]: {
    input: InputOf<Parameters<Requests[Name]>>;
    event: EventOf<Parameters<Requests[Name]>>;
    output: Awaited<ReturnType<Requests[Name]>>;
  };
};

export type EngineCallName = keyof EngineCalls;
export type EngineJobName = keyof EngineJobs;

export interface RunningJob<Output> {
  /** Rejects with an `OfficeError`: `cancelled`, a code of the machine room, or `engine-crashed` when the process died. */
  readonly result: Promise<Output>;
  pause(): void;
  resume(): void;
  /** Ends between two micro-batches; what was saved stays. */
  cancel(): void;
}

/**
 * The door to model work. `request-lanes.ts` says in which process each request is done: people are answered while a run is
 * going on.
 */
export interface Engine {
  call<Name extends EngineCallName>(
    name: Name,
    input: EngineCalls[Name]['input'],
  ): Promise<EngineCalls[Name]['output']>;
  start<Name extends EngineJobName>(
    name: Name,
    input: EngineJobs[Name]['input'],
    onEvent: (event: EngineJobs[Name]['event']) => void,
  ): RunningJob<EngineJobs[Name]['output']>;
  /** Process ids of the running model processes, for the log and for tests that kill them. */
  processIds(): readonly number[];
  close(): Promise<void>;
}
