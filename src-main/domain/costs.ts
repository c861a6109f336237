/** What an adapter cost beside full fine-tuning: measured where it was run, by formula where it was not. */

import type { CostFigure, Costs, FigureSource, StepComparison, TrainingCost } from '../contract/entities.ts';

/** Weights are written in float32. */
const bytesOfWeight = 4;

/**
 * Bytes that every trained weight takes while it trains with AdamW in float32: itself, its gradient and two moments.
 * Activations come on top, so the computed peak is the least it can be. Rajbhandari et al. 2020, arXiv 1910.02054, section 3.
 */
const bytesWhileTraining = 16;

/**
 * Operations for each weight and token: a multiplication and an addition forwards, the same for the gradient of the
 * activations and, where the weight itself is trained, the same for its own gradient. A frozen weight needs two of the
 * three. Kaplan et al. 2020, arXiv 2001.08361, section 2.1.
 */
const timeRatio = 6 / 4;

export interface CostInput {
  readonly adapter: { readonly parameters: number; readonly baseParameters: number; readonly bytes: number };
  /** null for an adapter from elsewhere. */
  readonly run: { readonly seconds: number | null; readonly peakBytes: number | null } | null;
  /** null: nothing was run for comparison. */
  readonly comparison: StepComparison | null;
  /** Power of the machine at work. */
  readonly watts: number;
}

export function costsOf({ adapter, run, comparison, watts }: CostInput): Costs {
  const seconds = measured(run?.seconds);
  return {
    adapter: {
      parameters: measured(adapter.parameters),
      bytes: measured(adapter.bytes),
      seconds,
      peakBytes: comparison ? figure(comparison.adapterPeakBytes, 'from-steps') : measured(run?.peakBytes),
      wattHours: energy(seconds, watts),
    },
    full: full(adapter, run?.peakBytes ?? null, seconds, comparison, watts),
    comparedSteps: comparison?.steps ?? null,
    watts,
  };
}

function full(
  { parameters, baseParameters }: CostInput['adapter'],
  adapterPeakBytes: number | null,
  adapterSeconds: CostFigure | null,
  comparison: StepComparison | null,
  watts: number,
): TrainingCost {
  const known = comparison?.full;
  const source: FigureSource = known ? 'from-steps' : 'computed';
  const ratio = known?.timeRatio ?? null;
  const seconds =
    adapterSeconds && figure(adapterSeconds.value * (ratio ?? timeRatio), ratio === null ? 'computed' : 'from-steps');
  return {
    parameters: figure(known?.parameters ?? baseParameters, source),
    bytes: figure(known?.bytes ?? baseParameters * bytesOfWeight, source),
    seconds,
    peakBytes: figure(known?.peakBytes ?? fullPeakBytes(parameters, baseParameters, adapterPeakBytes), source),
    wattHours: energy(seconds, watts),
  };
}

/**
 * What the adapter's training held (runtime, weights, activations), with what every weight takes while it trains in place
 * of what the adapter's take; where that was not measured, the trained weights alone, which is the least.
 */
function fullPeakBytes(parameters: number, baseParameters: number, adapterPeakBytes: number | null): number {
  const trained = baseParameters * bytesWhileTraining;
  if (adapterPeakBytes === null) return trained;
  const besides = adapterPeakBytes - baseParameters * bytesOfWeight - parameters * bytesWhileTraining;
  return trained + Math.max(0, besides);
}

/** Nobody measures power here: it is always computed. */
const energy = (seconds: CostFigure | null, watts: number): CostFigure | null =>
  seconds && figure((seconds.value * watts) / 3600, 'computed');

const figure = (value: number, source: FigureSource): CostFigure => ({ value, source });

const measured = (value: number | null | undefined): CostFigure | null =>
  value == null ? null : figure(value, 'measured');
