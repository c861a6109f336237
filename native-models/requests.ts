/**
 * Everything that the machine room can be asked for, under the name by which it is asked for.
 * A function of one argument is a short call, one that takes `JobHooks` as well a long job. What goes in and what comes out
 * is plain data: paths and numbers, never tensors, so that it travels between processes.
 */

export { exportAdapter } from './adapters/export.ts';
export { inspectAdapter } from './adapters/inspect.ts';
export { merge } from './adapters/merge.ts';
export { proveAdapter } from './adapters/prove.ts';
export { evaluate } from './evaluate/job.ts';
export { comparePrecisions } from './evaluate/precisions.ts';
export { answer } from './generate/answer.ts';
export { continueText, tokenize, writeLogits } from './generate/continue.ts';
export { generate, probe } from './generate/jobs.ts';
export { describeMachine } from './machine/devices.ts';
export { estimateAnswering, estimateModel, largestTensor } from './machine/estimate.ts';
export { probeDevice } from './machine/probe.ts';
export { checkModel, inspectModel } from './models/inspect.ts';
export { readLicence } from './models/licence.ts';
export { proposeWordings } from './rewording/job.ts';
export { tryTexts } from './text/try-texts.ts';
export { train } from './train/job.ts';
export { measureExamples } from './train/measure.ts';
export { planTraining } from './train/plan.ts';
