/** What an event of an evaluation adds to it as it stood. */

import type { AppEvent, EvaluationDetail } from '../../../src-main/contract/index.ts';

type EvaluatingEvent = Extract<AppEvent, { kind: 'evaluating' }>;

/** Answers come with the end, by asking again; an event only moves the progress. */
export function carryEvaluationOn(detail: EvaluationDetail, event: EvaluatingEvent): EvaluationDetail {
  return event.evaluation.id === detail.id
    ? { ...event.evaluation, items: detail.items, diagnoses: detail.diagnoses, rerun: detail.rerun }
    : detail;
}
