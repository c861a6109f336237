/** Any two of what has been evaluated, from the answers that are stored: nothing is asked again. */

import type { ComparedSide, Comparison } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { compareSides, type Side } from '../domain/comparison.ts';
import type { StoredEvaluation } from '../store/evaluations.ts';
import { type Context, requireFound } from './context.ts';

/** @throws OfficeError not-found, evaluation-unfinished */
export function compareEvaluated(context: Context, left: ComparedSide, right: ComparedSide): Comparison {
  const { store } = context;
  const evaluationOf = ({ evaluationId }: ComparedSide): StoredEvaluation => {
    const evaluation = requireFound(store.evaluations.get(evaluationId), 'evaluation', evaluationId);
    if (evaluation.state !== 'completed') throw new OfficeError('evaluation-unfinished');
    return evaluation;
  };
  const [ofLeft, ofRight] = [evaluationOf(left), evaluationOf(right)];
  return {
    precisions: { left: ofLeft.precision, right: ofRight.precision },
    ...compareSides(sideOf(context, left, ofLeft), sideOf(context, right, ofRight)),
  };
}

function sideOf({ store }: Context, { who }: ComparedSide, { id, adapterId }: StoredEvaluation): Side {
  const runId = who === 'adapter' ? (store.adapters.get(adapterId)?.runId ?? null) : null;
  const versionId = runId === null ? null : (store.runs.get(runId)?.datasetVersionId ?? null);
  const examples = versionId === null ? [] : store.datasets.examples(versionId);
  const trained = examples.filter(({ split }) => split === 'train').map(({ question }) => question);
  return { who, items: store.evaluations.items(id), trained };
}
