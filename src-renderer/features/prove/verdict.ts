/** The answer to "does it help?", in one sentence with its numbers. */

import type { Evaluation, Score } from '../../../src-main/contract/index.ts';
import { percent } from '../../lib/format.ts';
import { t } from '../../lib/i18n.svelte.ts';

export function answerSentence(evaluation: Evaluation): string | undefined {
  if (evaluation.state === 'running') return t('prove.answerRunning');
  if (evaluation.state === 'failed') return t('prove.answerFailed');
  if (evaluation.state === 'cancelled') return t('prove.answerCancelled');
  const set = evaluation.heldOut;
  if (!set) return undefined;
  return t(`prove.answer.${set.paired.verdict}`, {
    better: set.paired.better,
    worse: set.paired.worse,
    total: set.adapter.total,
    base: percent(set.base.share),
    adapter: percent(set.adapter.share),
  });
}

/** 88 % (78–94 %) */
export const withInterval = (score: Score): string =>
  `${percent(score.share)} (${percent(score.low).replace(/\s*%$/, '')}–${percent(score.high)})`;

/** Chance that luck alone would do this: 0.03, or "below 0.001" rather than a row of zeros. */
export const chance = (p: number): string => (p < 0.001 ? t('prove.chanceTiny') : p.toFixed(3));
