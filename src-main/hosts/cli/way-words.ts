/** How a training uses memory, and why, in words. */

import type { StepWay, TrainingPlan } from '../../contract/entities.ts';
import { bytes } from './figures.ts';

/** "weights packed, activations kept" */
export function wayName({ mapped, recompute }: StepWay): string {
  const weights = mapped ? 'left in their files' : 'packed';
  return `weights ${weights}, activations ${recompute === 'layers' ? 'computed again' : 'kept'}`;
}

/** The way of a plan with its rows and its reason. */
export function wayWords({ fastestPeakBytes, microBatch, way, wayReason }: TrainingPlan): string {
  const reason = {
    fastest: 'the fastest way',
    memory: `the fastest way would need ${bytes(fastestPeakBytes)}`,
    chosen: 'as chosen',
  }[wayReason];
  return `${microBatch} rows at a time, ${wayName(way)} (${reason})`;
}
