/** In which process each request is done. The host reads this, so it names the machine room by its types alone. */

import { OfficeError } from '../contract/errors.ts';
import type { EngineCallName, EngineCalls, EngineJobName } from './engine.ts';

/** People are answered while a training runs, so answers have a process of their own. */
export type LaneName = 'work' | 'answers';

/**
 * A call that may end its process or never answer is tried in one of its own.
 * @returns how that is told to whoever asked
 */
export type Trial<Input> = (input: Input, reason: string) => OfficeError;

export const requestLanes: {
  readonly [Name in EngineCallName]: LaneName | Trial<EngineCalls[Name]['input']>;
} & { readonly [Name in EngineJobName]: LaneName } = {
  describeMachine: 'work',
  // A broken driver.
  probeDevice: ({ device }, reason) => new OfficeError('device-unavailable', { device, reason }),
  estimateModel: 'work',
  estimateAnswering: 'work',
  largestTensor: 'work',
  readLicence: 'work',
  // A tokenizer that nobody has used yet.
  tryTexts: ({ directory: path }, reason) => new OfficeError('model-texts-ended', { path, reason }),
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
