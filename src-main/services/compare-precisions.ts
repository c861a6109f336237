/** One base in every precision that there is, asked of the engine in one way. */

import { precisions } from '../contract/rules/precisions.ts';
import type { EngineJobs, RunningJob } from '../engine/engine.ts';
import { quantizedFolder } from './answering.ts';
import type { Workplace } from './context.ts';
import { toPair } from './training-files.ts';

type Job = EngineJobs['comparePrecisions']['input'];
type Result = EngineJobs['comparePrecisions']['output'];

/** Measures one base, with or without an adapter, in every precision. */
export function comparePrecisions(
  { engine, dataDirectory }: Pick<Workplace, 'engine' | 'dataDirectory'>,
  { examples, ...compared }: Pick<Job, 'modelDirectory' | 'adapterDirectory' | 'examples' | 'device'>,
  onProgress: (progress: EngineJobs['comparePrecisions']['event']) => void,
): RunningJob<Result> {
  const job = {
    ...compared,
    examples: examples.map(toPair),
    precisions,
    cacheDirectory: quantizedFolder(dataDirectory),
    memoryLimitBytes: null,
  };
  return engine.start('comparePrecisions', job, onProgress);
}
