/** Evaluations as they are read: judged by today's criteria, with how often was looked and what was tried. */

import type { Evaluation } from '../contract/entities.ts';
import { judge } from '../domain/criteria.ts';
import type { StoredEvaluation } from '../store/evaluations.ts';
import type { Context } from './context.ts';
import { votesOn } from './votes.ts';

const noVote = { adapter: 0, base: 0, pValue: 1 };

/** All evaluations, newest first, judged. */
export function judgedEvaluations(context: Context): readonly Evaluation[] {
  const all = context.store.evaluations.list();
  return all.map((evaluation) => judged(context, evaluation, all));
}

/** @param all evaluations, in any order */
export function judged(
  { store }: Context,
  evaluation: StoredEvaluation,
  all: readonly StoredEvaluation[] = store.evaluations.list(),
): Evaluation {
  const project = store.project.get();
  const base = { ...evaluation, progress: null };
  if (evaluation.state !== 'completed' || !project) return { ...base, judgement: null, passed: null };
  const measured = {
    sets: evaluation.sets,
    items: store.evaluations.items(evaluation.id),
    vote: store.votes.of(evaluation.id).length === 0 ? noVote : votesOn({ store }, evaluation.id),
    ...history(evaluation, all),
  };
  const judgement = judge(measured, project);
  return { ...base, judgement, passed: judgement.verdict === 'pass' };
}

const phrasingsHash = ({ sets }: StoredEvaluation): string => sets.find(({ kind }) => kind === 'phrasings')?.hash ?? '';

/** Asking the very same questions again is no new look: the answers are the same. */
function history(evaluation: StoredEvaluation, all: readonly StoredEvaluation[]) {
  const hash = phrasingsHash(evaluation);
  const { adapterId, precision, createdAt } = evaluation;
  const completed = all.filter(({ state }) => state === 'completed');
  const looks = completed.filter(
    (each) => each.adapterId === adapterId && each.precision === precision && each.createdAt <= createdAt,
  );
  const former = new Set(looks.filter(({ id }) => id !== evaluation.id).map(phrasingsHash));
  former.delete(hash);
  const tried = completed.filter((each) => each.id === evaluation.id || (hash !== '' && phrasingsHash(each) === hash));
  return { look: former.size + 1, adaptersTried: new Set(tried.map((each) => each.adapterId)).size };
}
