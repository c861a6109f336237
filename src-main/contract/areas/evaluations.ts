/** Proving: base and adapter on the same questions. */

import * as v from 'valibot';
import type { Comparison, Evaluation, EvaluationDetail, EvaluationEstimate, SetKind } from '../entities.ts';
import { id, line, nothing } from '../fields.ts';
import { command, gives, query } from '../request.ts';

/** In the order in which they are asked and shown. */
export const setKinds = ['phrasings', 'new-cases', 'general', 'own', 'safety'] as const satisfies readonly SetKind[];

const ofEvaluation = v.strictObject({ evaluationId: id });

const side = v.strictObject({ evaluationId: id, who: v.picklist(['base', 'adapter']) });

export const evaluationRequests = {
  'evaluations.start': command({
    input: v.strictObject({ adapterId: id }),
    output: gives<Evaluation>(),
    permission: 'train',
  }),
  /** Goes on where it was cancelled or cut off, with what is not answered yet. */
  'evaluations.resume': command({ input: ofEvaluation, output: gives<Evaluation>(), permission: 'train' }),
  /** A new evaluation with the questions and settings of this one's record. */
  'evaluations.rerun': command({ input: ofEvaluation, output: gives<Evaluation>(), permission: 'train' }),
  'evaluations.cancel': command({ input: ofEvaluation, output: gives<Evaluation>(), permission: 'train' }),
  /** How long it would take, from what was measured of this model; before it is started. */
  'evaluations.estimate': query({
    input: v.strictObject({ adapterId: id }),
    output: gives<EvaluationEstimate>(),
    permission: 'read',
    staleAfter: ['evaluations', 'adapters', 'models'],
  }),
  'evaluations.list': query({
    input: nothing,
    output: gives<readonly Evaluation[]>(),
    permission: 'read',
    staleAfter: ['evaluations', 'project'],
  }),
  'evaluations.get': query({
    input: ofEvaluation,
    output: gives<EvaluationDetail>(),
    permission: 'read',
    staleAfter: ['evaluations', 'project'],
  }),
  /** Two adapters, an adapter and a base, the same in two precisions: on what both were asked. */
  'evaluations.compare': query({
    input: v.strictObject({ left: side, right: side }),
    output: gives<Comparison>(),
    permission: 'read',
    staleAfter: ['evaluations'],
  }),
  /** A person takes on answers that got worse or failed in safety, by name and with a reason; they no longer block. */
  'evaluations.accept': command({
    input: v.strictObject({
      evaluationId: id,
      answers: v.pipe(
        v.array(v.strictObject({ set: v.picklist(setKinds), exampleId: id })),
        v.minLength(1),
        v.maxLength(10_000),
      ),
      reason: line(1000),
    }),
    output: gives<EvaluationDetail>(),
    permission: 'train',
  }),
};

export const evaluationEvents = [
  'evaluation.started',
  'evaluation.resumed',
  'evaluation.completed',
  'evaluation.cancelled',
  'evaluation.failed',
  'evaluation.answers-accepted',
] as const;
