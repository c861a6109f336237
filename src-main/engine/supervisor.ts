/**
 * The engine as the office sees it: a model process for long work, one for answers, and one of its own for whatever may end
 * it or never answer: a device to prove, a folder's tokenizer that nobody has used yet.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { OfficeError } from '../contract/errors.ts';
import type { Engine, EngineCallName, EngineCalls, EngineJobName, EngineJobs } from './engine.ts';
import type { EngineLog, HearQuantizing } from './lane.ts';
import { Lane, type LaneOptions } from './lane.ts';
import { type Patience, trialPatienceWith } from './patience.ts';
import { answersPriority, workPriority } from './priorities.ts';
import type { StartProcess } from './process.ts';

export interface SupervisorOptions {
  /** Absolute path of `model-process.ts`, or of what it was bundled into. */
  readonly entry: string;
  readonly startProcess: StartProcess;
  readonly log: EngineLog;
  readonly onQuantizing?: HearQuantizing | undefined;
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** How long a request may say nothing, the same in a process of its own, and how often that is looked at; tests pass their own. */
  readonly patience?: (input: unknown) => Promise<Patience>;
  readonly trialPatience?: (input: unknown) => Promise<Patience>;
  /** As of a lane; tests pass their own. */
  readonly slowness?: (startMilliseconds: number) => number;
  readonly lookEvery?: number;
}

/** What is asked in a process of its own. */
type TrialName = 'probeDevice' | 'tryTexts';

/** How each names what ended its process or its patience. */
const trialEnds: { readonly [Name in TrialName]: (input: EngineCalls[Name]['input'], reason: string) => OfficeError } =
  {
    probeDevice: ({ device }, reason) => new OfficeError('device-unavailable', { device, reason }),
    tryTexts: ({ directory: path }, reason) => new OfficeError('model-texts-ended', { path, reason }),
  };

/** People are answered while a training runs, so answers have a process of their own. */
const laneNames: Record<Exclude<EngineCallName, TrialName> | EngineJobName, 'work' | 'answers'> = {
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
  proposeWordings: 'answers',
  answer: 'answers',
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
  trialPatience = trialPatienceWith,
  ...watching
}: SupervisorOptions): Engine {
  const lane = (name: string, priority: number, own: Partial<LaneOptions> = {}) =>
    new Lane({ name, entry, startProcess, priority, log, wait, onQuantizing, ...watching, ...own });
  const lanes = { work: lane('work', workPriority), answers: lane('answers', answersPriority) };
  const trials = new Set<Lane>();

  const ask = (name: Exclude<EngineCallName, TrialName>, input: EngineCalls[EngineCallName]['input']) =>
    lanes[laneNames[name]].request((id) => ({ kind: 'call', id, name, input })).result;

  async function tryAlone<Name extends TrialName>(name: Name, input: EngineCalls[Name]['input']): Promise<unknown> {
    // Nothing is waited for: what is proven here has nothing to save.
    const own = lane(name, answersPriority, { wait: async () => {}, patience: trialPatience });
    trials.add(own);
    try {
      return await own.request((id) => ({ kind: 'call', id, name, input })).result;
    } catch (error) {
      if (!(error instanceof OfficeError) || error.code !== 'engine-crashed') throw error;
      throw trialEnds[name](input, String(error.values['reason']));
    } finally {
      trials.delete(own);
      await own.close();
    }
  }

  return {
    call: <Name extends EngineCallName>(name: Name, input: EngineCalls[Name]['input']) =>
      (name === 'probeDevice' || name === 'tryTexts'
        ? tryAlone(name, input as EngineCalls[TrialName]['input'])
        : ask(name, input)) as Promise<EngineCalls[Name]['output']>,
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
      await Promise.all([...Object.values(lanes), ...trials].map((each) => each.close()));
    },
  };
}

async function sleepFor(milliseconds: number): Promise<void> {
  // Unreferenced: a restart that waits must not keep a host alive which wants to end.
  await sleep(milliseconds, undefined, { ref: false });
}
