/** What an adapter costs and what it brings. */

import * as v from 'valibot';
import type { ComparisonTask, Costs, ReturnAssumptions, Returns } from '../entities.ts';
import { amount, between, id, nothing, share, text, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';

const realUse = v.pipe(
  v.strictObject({ right: whole(0, 1e9), answers: whole(1, 1e9), questionsPerDay: amount }),
  v.check(({ right, answers }) => right <= answers, 'right <= answers'),
);

const assumptions = v.strictObject({
  workingDays: between(0, 366),
  coveredShare: share,
  minutesToCheck: amount,
  collectionHours: amount,
  upkeepHours: amount,
  machineCost: amount,
  watts: amount,
  hoursPerDay: between(0, 24),
  electricityPrice: amount,
  realUse: v.nullable(realUse),
});

const ofEvaluation = v.strictObject({ evaluationId: id });

export const costRequests = {
  'costs.get': query({
    input: ofEvaluation,
    output: gives<Costs>(),
    permission: 'read',
    staleAfter: ['costs', 'project'],
  }),
  /** Runs a few steps of the adapter's training and of full fine-tuning, on this machine. */
  'costs.measure': command({ input: ofEvaluation, output: gives<ComparisonTask>(), permission: 'train' }),
  'costs.task': query({
    input: nothing,
    output: gives<ComparisonTask | null>(),
    permission: 'read',
    staleAfter: ['costs'],
  }),
  'costs.cancel': command({ input: nothing, output: gives<ComparisonTask | null>(), permission: 'train' }),
  /** With what the log holds now of what was asked and graded; a question or a grade alone makes it not stale. */
  'returns.get': query({
    input: ofEvaluation,
    output: gives<Returns>(),
    permission: 'read',
    staleAfter: ['costs', 'evaluations', 'project'],
  }),
  /**
   * Keeps what the return is reckoned with, for this project. `basedOn`: the `assumptionsAt` of what was edited; refused with
   * `changed-meanwhile` where somebody saved others since.
   */
  'returns.save': command({
    input: v.strictObject({ assumptions, basedOn: v.optional(text(100)) }),
    output: gives<ReturnAssumptions>(),
    permission: 'administer',
  }),
};

export const costEvents = ['costs.compared', 'returns.saved'] as const;
