/** Means of what was measured of every answer to one set. */

import type { EvaluationItem, SetMeans } from '../../contract/entities.ts';

type Measured = Pick<EvaluationItem, 'baseScores' | 'adapterScores'>;

/** null: evaluated before these were measured. */
export function meansOf(items: readonly Measured[], who: 'base' | 'adapter'): SetMeans | null {
  const scores = items.flatMap((item) => item[`${who}Scores`] ?? []);
  if (scores.length === 0 || scores.length < items.length) return null;
  const mean = (of: 'tokenF1' | 'chrf' | 'rougeL'): number =>
    scores.reduce((sum, each) => sum + each[of], 0) / scores.length;
  const likely = scores.flatMap(({ likelihood }) => likelihood ?? []);
  const tokens = likely.reduce((sum, each) => sum + each.tokens, 0);
  const logarithm = likely.reduce((sum, each) => sum + each.logarithm, 0);
  const logLikelihood = tokens === 0 ? null : logarithm / tokens;
  return { tokenF1: mean('tokenF1'), chrf: mean('chrf'), rougeL: mean('rougeL'), logLikelihood };
}
