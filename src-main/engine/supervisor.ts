/** The engine as the office sees it: two model processes, one for long work and one for answers. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, EngineCallName, EngineCalls, EngineJobName, EngineJobs } from './engine.ts';
import type { EngineLog } from './lane.ts';
import { Lane } from './lane.ts';
import type { StartProcess } from './process.ts';

export interface SupervisorOptions {
  /** Absolute path of `worker.ts`, or of what it was bundled into. */
  readonly entry: string;
  readonly startProcess: StartProcess;
  readonly log: EngineLog;
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** People are answered while a training runs, so answers have a process of their own. */
const laneNames: Record<EngineCallName | EngineJobName, 'work' | 'answers'> = {
  describeDevices: 'work',
  estimateModel: 'work',
  readLicence: 'work',
  inspectModel: 'work',
  inspectAdapter: 'work',
  measureExamples: 'work',
  planTraining: 'work',
  checkModel: 'work',
  train: 'work',
  evaluate: 'work',
  writeLogits: 'work',
  tokenize: 'work',
  merge: 'work',
  exportAdapter: 'work',
  continueText: 'work',
  generate: 'answers',
  probe: 'answers',
  proveAdapter: 'answers',
};

/** Processes start with the first request to them. Call `close()` to end them; they also end when this process does. */
export function createSupervisor({ entry, startProcess, log, wait = sleepFor }: SupervisorOptions): Engine {
  const lane = (name: string) => new Lane({ name, entry, startProcess, log, wait });
  const lanes = { work: lane('work'), answers: lane('answers') };
  return {
    call: <Name extends EngineCallName>(name: Name, input: EngineCalls[Name]['input']) =>
      lanes[laneNames[name]].request((id) => ({ kind: 'call', id, name, input })).result as Promise<
        EngineCalls[Name]['output']
      >,
    start: <Name extends EngineJobName>(
      name: Name,
      input: EngineJobs[Name]['input'],
      onEvent: (event: EngineJobs[Name]['event']) => void,
    ) => {
      const { [laneNames[name]]: work } = lanes;
      const { id, result } = work.request(
        (id) => ({ kind: 'start', id, name, input }),
        onEvent as (event: unknown) => void,
      );
      return {
        result: result as Promise<EngineJobs[Name]['output']>,
        pause: () => work.tell('pause', id),
        resume: () => work.tell('resume', id),
        cancel: () => work.tell('cancel', id),
      };
    },
    processIds: () => Object.values(lanes).flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
    close: async () => {
      await Promise.all(Object.values(lanes).map((each) => each.close()));
    },
  };
}

async function sleepFor(milliseconds: number): Promise<void> {
  // Unreferenced: a restart that waits must not keep a host alive which wants to end.
  await sleep(milliseconds, undefined, { ref: false });
}
