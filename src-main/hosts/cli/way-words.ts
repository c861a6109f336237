/** How a training uses memory, and why, in words. */

import type { StepWay, TrainingPlan } from '../../contract/entities.ts';
import type { TrainingEvent } from '../../services/start-training.ts';
import { fallbackSentence } from './device-words.ts';
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

/** What a training tells of its memory and its checkpoints, undefined where an event is about something else. */
export function happeningWords(event: TrainingEvent): string | undefined {
  switch (event.kind) {
    case 'prepared': {
      const { basePrecision, estimatedPeakBytes, microBatch, way } = event;
      const base = basePrecision === 'f32' ? '' : `the base in ${basePrecision}, `;
      return `About ${bytes(estimatedPeakBytes)} of memory: ${base}${microBatch} rows at a time, ${wayName(way)}`;
    }
    case 'device-fallback':
      return fallbackSentence(event);
    case 'micro-batch-reduced':
      return `Memory ran out: ${event.to} instead of ${event.from} rows at a time`;
    case 'way-changed':
      return `Memory ran out: continuing with ${wayName(event.to)}`;
    case 'checkpoint-passed-over':
      return `${event.path} is damaged (${event.reason}): continuing from the checkpoint before it`;
    case 'restarted':
      return `The model process was ended for want of memory (${event.reason}): continuing from the last checkpoint with at most ${bytes(event.limit)}`;
    default:
      return undefined;
  }
}
