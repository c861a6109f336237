/** The project's own success criteria, applied to an evaluation. */

import type { Evaluation, Project } from '../contract/entities.ts';

/** Shares are ratios of small integers; this is far below one question and above rounding. */
const rounding = 1e-9;

/** Whether the adapter reaches the target on held-out questions and loses no more than allowed elsewhere. */
export function passesCriteria(
  { heldOut, regression }: Pick<Evaluation, 'heldOut' | 'regression'>,
  { targetScore, largestRegression }: Pick<Project, 'targetScore' | 'largestRegression'>,
): boolean {
  if (!heldOut || !regression) return false;
  const drop = regression.base.share - regression.adapter.share;
  return heldOut.adapter.share + rounding >= targetScore && drop <= largestRegression + rounding;
}
