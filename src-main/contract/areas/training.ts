/** Training runs: what one would cost, and its life from start to end. */

import * as v from 'valibot';
import type { RunDetail, RunSettings, TrainingPlan, TrainingRun } from '../entities.ts';
import { between, id, nothing, precision, share, text, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { ranges } from '../rules/limits.ts';

/** What is left out is found by the plan. */
const memoryWishes = v.strictObject({
  mapped: v.optional(v.boolean()),
  recompute: v.optional(v.picklist(['none', 'layers'])),
  microBatch: v.optional(whole(1, 256)),
});

const trainSettings = v.strictObject({
  memory: v.optional(memoryWishes),
  basePrecision: v.optional(precision),
  method: v.literal('lora'),
  rank: whole(ranges.rank.least, ranges.rank.most),
  alpha: between(0.1, 1024),
  dropout: between(0, 0.9),
  targetModules: v.union([v.literal('all-linear'), v.pipe(v.array(text(200)), v.minLength(1))]),
  learningRate: between(1e-7, 1),
  schedule: v.picklist(['constant', 'linear', 'cosine']),
  warmupRatio: share,
  weightDecay: share,
  clipNorm: between(0.001, 1000),
  epochs: whole(1, 1000),
  untilKnown: v.optional(v.strictObject({ seconds: v.nullable(whole(1, 1_000_000)) })),
  reworded: v.optional(v.boolean()),
  rehearsalShare: v.optional(between(ranges.rehearsalShare.least, ranges.rehearsalShare.most)),
  batchSize: whole(1, 256),
  maxTokens: whole(8, 131_072),
  seed: whole(0, 2 ** 31 - 1),
  checkpointEverySteps: whole(1, 100_000),
});

/**
 * `basePrecision` is a preset's; settings name their own. `initialAdapterId`: an adapter of the same base to go on from;
 * its ranks and modules replace those of the settings.
 */
const trainingInput = v.strictObject({
  preset: v.picklist(['quick', 'standard', 'thorough', 'expert']),
  basePrecision: v.optional(precision),
  settings: v.optional(trainSettings),
  initialAdapterId: v.optional(v.nullable(id), null),
});

const ofRun = v.strictObject({ runId: id });

export const trainingRequests = {
  /** Settings of a preset for the present project, and what they will cost. */
  'training.plan': query({
    input: trainingInput,
    output: gives<{ readonly settings: RunSettings; readonly plan: TrainingPlan }>(),
    permission: 'train',
    staleAfter: ['examples', 'project', 'models', 'devices'],
  }),
  /** Freezes a version first where the examples have changed since the last. */
  'training.start': command({ input: trainingInput, output: gives<TrainingRun>(), permission: 'train' }),
  'training.pause': command({ input: ofRun, output: gives<TrainingRun>(), permission: 'train' }),
  'training.resume': command({ input: ofRun, output: gives<TrainingRun>(), permission: 'train' }),
  'training.cancel': command({ input: ofRun, output: gives<TrainingRun>(), permission: 'train' }),
  'training.list': query({
    input: nothing,
    output: gives<readonly TrainingRun[]>(),
    permission: 'read',
    staleAfter: ['runs'],
  }),
  'training.get': query({ input: ofRun, output: gives<RunDetail>(), permission: 'read', staleAfter: ['runs'] }),
};

export const trainingEvents = [
  'run.started',
  'run.paused',
  'run.resumed',
  'run.completed',
  'run.cancelled',
  'run.interrupted',
  'run.failed',
  'run.micro-batch-reduced',
  'run.way-changed',
  'run.restarted',
  'run.checkpoint-passed-over',
  'run.device-fallback',
] as const;
