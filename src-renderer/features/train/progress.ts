/** Whether a run is learning: the level of its loss at the start and now, and what may be said about them. */

import type { RunMetric } from '../../../src-main/contract/index.ts';
import { curveOf } from './curve.ts';

export interface LossProgress {
  readonly first: number;
  readonly last: number;
  /** `early`: too few steps to tell a trend from chance. */
  readonly verdict: 'early' | 'falling' | 'not-falling';
}

/** Single steps jump about; the first few together are the level that it started from. */
const startSteps = 5;
const fewestSteps = 20;

export function lossProgress(metrics: readonly RunMetric[]): LossProgress | null {
  if (metrics.length === 0) return null;
  const start = metrics.slice(0, startSteps);
  const first = start.reduce((sum, metric) => sum + metric.loss, 0) / start.length;
  const last = curveOf(metrics, []).smooth.at(-1) ?? first;
  const verdict = metrics.length < fewestSteps ? 'early' : last < first ? 'falling' : 'not-falling';
  return { first, last, verdict };
}
