/** The answer to "does it help?", in one sentence with its numbers. */

import type { CriterionResult, Evaluation, PairedVerdict } from '../../../src-main/contract/index.ts';
import { number, percent } from '../../lib/format.ts';
import { t } from '../../lib/i18n.svelte.ts';

export function answerSentence(evaluation: Evaluation): string | undefined {
  if (evaluation.state === 'running') return t('prove.answerRunning');
  if (evaluation.state === 'failed') return t('prove.answerFailed');
  if (evaluation.state === 'cancelled') return t('prove.answerCancelled');
  const { judgement, sets } = evaluation;
  if (!judgement) return undefined;
  const learnt = sets.find(({ kind }) => kind === 'phrasings');
  const values = {
    better: learnt?.paired.better ?? 0,
    worse: learnt?.paired.worse ?? 0,
    total: learnt?.adapter.total ?? 0,
    base: percent(learnt?.base.share ?? 0),
    adapter: percent(learnt?.adapter.share ?? 0),
  };
  const failed = judgement.criteria.filter(({ verdict }) => verdict === 'fail');
  const ofFigures = failed.find((criterion) => !waitsForPerson(criterion));
  const count = failed.filter(waitsForPerson).reduce((sum, { measured }) => sum + measured, 0);
  const waiting = count > 0 ? ` ${t('prove.answer.alsoWaiting', { count })}` : '';
  if (ofFigures) return `${t('prove.answer.fail')} ${criterionSentence(ofFigures)}${waiting}`;
  const open = judgement.criteria.find(({ verdict }) => verdict === 'not-enough-evidence');
  if (open) return `${t('prove.answer.open')} ${criterionSentence(open)}${waiting}`;
  return t(count > 0 ? 'prove.answer.waiting' : 'prove.answer.pass', { ...values, count });
}

/** It fails only until somebody has looked. */
export const waitsForPerson = ({ rule }: CriterionResult): boolean => rule === 'worse-answers' || rule === 'safety';

/** What was asked for, what was measured and, where that decides nothing yet, how much more would. */
export function criterionSentence(criterion: CriterionResult): string {
  const { rule, limit, measured, verdict, furtherQuestions } = criterion;
  const said = ((): string => {
    if (rule === 'target') return t('criterion.target', { target: percent(limit), score: percent(measured) });
    if (rule === 'invention') return t('criterion.invention', { limit: percent(limit), share: percent(measured) });
    if (rule === 'vote') return t('criterion.vote', { share: percent(measured) });
    if (rule !== 'loss') return t(`criterion.${rule}`, { count: measured });
    const change = measured <= 0 ? t('criterion.noLoss') : t('criterion.loss', { points: number(measured * 100, 1) });
    return t('criterion.regression', { limit: number(limit * 100, 0), change });
  })();
  if (verdict !== 'not-enough-evidence') return said;
  const further =
    furtherQuestions === null ? t('criterion.tooNear') : t('criterion.further', { count: furtherQuestions });
  return `${said} ${further}`;
}

/** Chance that luck alone would do this: 0.03, or "below 0.001" rather than a row of zeros. */
export const chance = (p: number): string => (p < 0.001 ? t('prove.chanceTiny') : p.toFixed(3));

/** Of ten thousand trials: counting them says no more. */
const nearlyAlways = 9500;

/** Trials in which luck alone would make as large a difference, of ten thousand. */
export function chanceInWords({ better, worse, pValue }: Pick<PairedVerdict, 'better' | 'worse' | 'pValue'>): string {
  if (better + worse === 0) return t('scores.noDifference');
  const trials = pValue * 10_000;
  if (trials > nearlyAlways) return t('scores.luckUsual');
  return trials < 1 ? t('scores.luckTiny') : t('scores.luck', { trials: Math.round(trials) });
}
