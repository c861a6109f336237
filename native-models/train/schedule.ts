/** Learning rate by step: linear warm-up, then constant, linear or cosine decay (transformers' schedules of those names). */

import type { TrainSettings } from '../jobs.ts';

/**
 * Learning rate of a step counted from 1. Unlike transformers, the first step already learns: warm-up reaches the full
 * rate at its last step, and decay reaches 0 one step after the last.
 */
export function learningRateAt(
  step: number,
  steps: number,
  settings: Pick<TrainSettings, 'learningRate' | 'schedule' | 'warmupRatio'>,
): number {
  const { learningRate, schedule, warmupRatio } = settings;
  const warmup = Math.ceil(steps * warmupRatio);
  if (step <= warmup) return (learningRate * step) / warmup;
  const progress = (step - 1 - warmup) / Math.max(1, steps - warmup);
  if (schedule === 'constant') return learningRate;
  if (schedule === 'linear') return learningRate * (1 - progress);
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}
