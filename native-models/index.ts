/** The public door of the machine room: everything another program may call. */

export * from './errors.ts';
export * from './jobs.ts';
export { evaluate } from './evaluate/job.ts';
export { comparePrecisions } from './evaluate/precisions.ts';
export { answer } from './generate/answer.ts';
export { continueText, tokenize, writeLogits } from './generate/continue.ts';
export { generate, probe } from './generate/jobs.ts';
export { estimateAnswering, estimateModel, largestTensor } from './machine/estimate.ts';
export { exportAdapter } from './adapters/export.ts';
export { checkModel, inspectModel } from './models/inspect.ts';
export { measureExamples } from './train/measure.ts';
export { inspectAdapter } from './adapters/inspect.ts';
export { readLicence } from './models/licence.ts';
export { merge } from './adapters/merge.ts';
export { proveAdapter } from './adapters/prove.ts';
export { onQuantizing } from './quantize/progress.ts';
export { proposeWordings } from './rewording/job.ts';
export { describeMachine } from './machine/devices.ts';
export { probeDevice } from './machine/probe.ts';
export { tryTexts } from './text/try-texts.ts';
export { train } from './train/job.ts';
export { planTraining } from './train/plan.ts';
export { engineVersion } from './version.ts';
