/** Proving: base and adapter on the same questions. */

import * as v from 'valibot';
import type { Evaluation, EvaluationDetail } from '../entities.ts';
import { id, nothing } from '../fields.ts';
import { command, gives, query } from '../request.ts';

const ofEvaluation = v.strictObject({ evaluationId: id });

export const evaluationRequests = {
  'evaluations.start': command({
    input: v.strictObject({ adapterId: id }),
    output: gives<Evaluation>(),
    permission: 'train',
  }),
  'evaluations.cancel': command({ input: ofEvaluation, output: gives<Evaluation>(), permission: 'train' }),
  'evaluations.list': query({
    input: nothing,
    output: gives<readonly Evaluation[]>(),
    permission: 'read',
    staleAfter: ['evaluations'],
  }),
  'evaluations.get': query({
    input: ofEvaluation,
    output: gives<EvaluationDetail>(),
    permission: 'read',
    staleAfter: ['evaluations'],
  }),
};

export const evaluationEvents = [
  'evaluation.started',
  'evaluation.completed',
  'evaluation.cancelled',
  'evaluation.failed',
] as const;
