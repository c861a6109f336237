/** The loss curve as numbers: every step, a smoothed line through them, the validation points, and the best of these. */

import {
  mayEndEarlier,
  type RunMetric,
  type TrainingRun,
  type ValidationMetric,
} from '../../../src-main/contract/index.ts';

export interface Curve {
  readonly steps: number[];
  readonly loss: (number | null)[];
  readonly smooth: (number | null)[];
  readonly validation: (number | null)[];
  /** Share of the questions asked on the way that were answered; null where nothing was asked or counted. */
  readonly answered: (number | null)[];
}

/** Weight of the past in the smoothed line: about the last five steps count. */
const memory = 0.8;

export function curveOf(metrics: readonly RunMetric[], validation: readonly ValidationMetric[]): Curve {
  const lossAt = new Map(metrics.map((metric) => [metric.step, metric.loss]));
  const validationAt = new Map(validation.map((metric) => [metric.step, metric]));
  const steps = [...new Set([...lossAt.keys(), ...validationAt.keys()])].sort((a, b) => a - b);
  let sum = 0;
  let weight = 0;
  const smooth = steps.map((step) => {
    const loss = lossAt.get(step);
    if (loss === undefined) return null;
    // Divided by its own weight, so that the first steps are not pulled towards zero.
    sum = memory * sum + (1 - memory) * loss;
    weight = memory * weight + (1 - memory);
    return sum / weight;
  });
  return {
    steps,
    loss: steps.map((step) => lossAt.get(step) ?? null),
    smooth,
    validation: steps.map((step) => validationAt.get(step)?.loss ?? null),
    answered: steps.map((step) => shareOf(validationAt.get(step))),
  };
}

function shareOf(asked: ValidationMetric | undefined): number | null {
  return asked?.right == null || !asked.of ? null : asked.right / asked.of;
}

/** The lowest validation loss; the earlier one where two are equal. */
export function bestOf(validation: readonly ValidationMetric[]): ValidationMetric | null {
  return validation.reduce<ValidationMetric | null>(
    (best, metric) => (best === null || metric.loss < best.loss ? metric : best),
    null,
  );
}

/** At most `most` metrics, evenly spread, the last one always among them: for the table twin. */
export function thinned<Metric>(metrics: readonly Metric[], most: number): readonly Metric[] {
  if (metrics.length <= most) return metrics;
  const stride = metrics.length / most;
  return Array.from({ length: most }, (_, at) => metrics[Math.ceil((at + 1) * stride) - 1]!);
}

const shortestAxis = 20;
/** The axis grows by so much at a time, so that it does not move with every step. */
const axisGrowth = 1.25;

/**
 * How many steps the axis is long: all of a run, so that one sees how far it is; where nobody knows yet when it ends, what
 * was done and a little more, because most of the steps it may take are never taken.
 */
export function axisSteps(run: Pick<TrainingRun, 'step' | 'steps' | 'state' | 'settings' | 'settlingFrom'>): number {
  if (!mayEndEarlier(run)) return run.steps;
  let length = shortestAxis;
  while (length < run.step * 1.05) length = Math.ceil(length * axisGrowth);
  return Math.min(length, run.steps);
}
