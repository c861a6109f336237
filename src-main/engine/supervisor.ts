/** The engine as the office sees it: a model process for long work, one for answers, and one for each device to prove. */

import { setTimeout as sleep } from 'node:timers/promises';
import { OfficeError } from '../contract/errors.ts';
import type { Engine, EngineCallName, EngineCalls, EngineJobName, EngineJobs } from './engine.ts';
import type { EngineLog, HearQuantizing } from './lane.ts';
import { Lane } from './lane.ts';
import type { StartProcess } from './process.ts';

export interface SupervisorOptions {
  /** Absolute path of `model-process.ts`, or of what it was bundled into. */
  readonly entry: string;
  readonly startProcess: StartProcess;
  readonly log: EngineLog;
  readonly onQuantizing?: HearQuantizing | undefined;
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** Milliseconds after which a device that does not answer is given up; tests pass their own. */
  readonly probeTime?: number;
}

/** Longest time that a device may take to be proven: a software driver needs some seconds, a hanging one never ends. */
const probeMilliseconds = 60_000;

/** People are answered while a training runs, so answers have a process of their own. */
const laneNames: Record<Exclude<EngineCallName, 'probeDevice'> | EngineJobName, 'work' | 'answers'> = {
  describeMachine: 'work',
  estimateModel: 'work',
  estimateAnswering: 'work',
  largestTensor: 'work',
  readLicence: 'work',
  inspectModel: 'work',
  inspectAdapter: 'work',
  measureExamples: 'work',
  planTraining: 'work',
  checkModel: 'work',
  train: 'work',
  evaluate: 'work',
  comparePrecisions: 'work',
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
export function createSupervisor({
  entry,
  startProcess,
  log,
  onQuantizing = () => {},
  wait = sleepFor,
  probeTime = probeMilliseconds,
}: SupervisorOptions): Engine {
  const lane = (name: string) => new Lane({ name, entry, startProcess, log, wait, onQuantizing });
  const lanes = { work: lane('work'), answers: lane('answers') };
  const probes = new Set<Lane>();

  const ask = (name: Exclude<EngineCallName, 'probeDevice'>, input: EngineCalls[EngineCallName]['input']) =>
    lanes[laneNames[name]].request((id) => ({ kind: 'call', id, name, input })).result;

  async function probe(input: EngineCalls['probeDevice']['input']): Promise<unknown> {
    const { device } = input;
    // Nothing is waited for: what is proven here has nothing to save.
    const own = new Lane({
      name: `device ${device}`,
      entry,
      startProcess,
      log,
      wait: async () => {},
      onQuantizing,
    });
    probes.add(own);
    const reason = `no answer within ${probeTime / 1000} seconds`;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new OfficeError('device-unavailable', { device, reason })), probeTime);
    try {
      const { result } = own.request((id) => ({ kind: 'call', id, name: 'probeDevice', input }));
      // Closing rejects what still waits; by then nobody listens any more.
      result.catch(() => {});
      return await Promise.race([result, late.promise]);
    } finally {
      clearTimeout(timer);
      probes.delete(own);
      await own.close();
    }
  }

  return {
    call: <Name extends EngineCallName>(name: Name, input: EngineCalls[Name]['input']) =>
      (name === 'probeDevice' ? probe(input as EngineCalls['probeDevice']['input']) : ask(name, input)) as Promise<
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
      await Promise.all([...Object.values(lanes), ...probes].map((each) => each.close()));
    },
  };
}

async function sleepFor(milliseconds: number): Promise<void> {
  // Unreferenced: a restart that waits must not keep a host alive which wants to end.
  await sleep(milliseconds, undefined, { ref: false });
}
