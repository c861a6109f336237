/** The public door of the machine room: everything another program may call. */

export * from './errors.ts';
export * from './jobs.ts';
export { evaluate } from './evaluate/job.ts';
export { comparePrecisions } from './evaluate/precisions.ts';
export { answer } from './generate/answer.ts';
export { continueText, tokenize, writeLogits } from './generate/continue.ts';
export { generate, probe } from './generate/jobs.ts';
export { estimateAnswering, estimateModel, largestTensor } from './estimate.ts';
export { exportAdapter } from './lora/export.ts';
export { checkModel, inspectModel, measureExamples } from './inspect.ts';
export { inspectAdapter } from './lora/inspect.ts';
export { readLicence } from './licence.ts';
export { merge } from './merge.ts';
export { proveAdapter } from './prove.ts';
export { onQuantizing } from './quantize/progress.ts';
export { proposeWordings } from './propose-wordings.ts';
export { describeMachine } from './runtime/devices.ts';
export { probeDevice } from './runtime/probe.ts';
export { tryTexts } from './text/try-texts.ts';
export { train } from './train/job.ts';
export { planTraining } from './train/plan.ts';
export { engineVersion } from './version.ts';
