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
import { type LaneName, requestLanes, type Trial } from './request-lanes.ts';

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

  async function tryAlone<Input>(name: EngineCallName, input: Input, ended: Trial<Input>): Promise<unknown> {
    // Nothing is waited for: what is proven here has nothing to save.
    const own = lane(name, answersPriority, { wait: async () => {}, patience: trialPatience });
    trials.add(own);
    try {
      return await own.request((id) => ({ kind: 'call', id, name, input })).result;
    } catch (error) {
      if (!(error instanceof OfficeError) || error.code !== 'engine-crashed') throw error;
      throw ended(input, String(error.values['reason']));
    } finally {
      trials.delete(own);
      await own.close();
    }
  }

  return {
    call: <Name extends EngineCallName>(name: Name, input: EngineCalls[Name]['input']) => {
      // Of a name that is still open TypeScript sees all trials, not this one's.
      const place = requestLanes[name] as LaneName | Trial<EngineCalls[Name]['input']>;
      return (
        typeof place === 'string'
          ? lanes[place].request((id) => ({ kind: 'call', id, name, input })).result
          : tryAlone(name, input, place)
      ) as Promise<EngineCalls[Name]['output']>;
    },
    start: <Name extends EngineJobName>(
      name: Name,
      input: EngineJobs[Name]['input'],
      onEvent: (event: EngineJobs[Name]['event']) => void,
    ) => {
      const work = lanes[requestLanes[name]];
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
