/** What an adapter costs beside training the whole model, and what it brings in a year. */

import type { ErrorReport } from './app.ts';
import type { Interval } from './evaluation.ts';

/**
 * Where a figure comes from: measured while it was really done, worked out from some steps that were really done, or
 * computed by formula alone.
 */
export type FigureSource = 'measured' | 'from-steps' | 'computed';

export interface CostFigure {
  readonly value: number;
  readonly source: FigureSource;
}

/** One way to train. null: neither measured nor to be computed, as of an adapter from elsewhere. */
export interface TrainingCost {
  readonly parameters: CostFigure | null;
  /** Bytes on disk of what one department needs beside the base. */
  readonly bytes: CostFigure | null;
  readonly seconds: CostFigure | null;
  /** Bytes of memory at the worst moment. */
  readonly peakBytes: CostFigure | null;
  /** Watt-hours: the power that is assumed, over the time. */
  readonly wattHours: CostFigure | null;
}

/** A few steps of both ways, really run on this machine, each in a process of its own. */
export interface StepComparison {
  /** Steps of each. */
  readonly steps: number;
  readonly adapterPeakBytes: number;
  readonly full: {
    readonly parameters: number;
    readonly peakBytes: number;
    readonly bytes: number;
    /** Time of one of its steps divided by that of one of the adapter's; null where the machine was too busy to say. */
    readonly timeRatio: number | null;
  };
  readonly at: string;
  readonly by: string;
}

export interface Costs {
  readonly adapter: TrainingCost;
  readonly full: TrainingCost;
  /** null: nothing was run for comparison. */
  readonly comparedSteps: number | null;
  /** Power assumed for the energy. */
  readonly watts: number;
}

/** The comparison that runs, or the last one since the start. */
export interface ComparisonTask {
  readonly runId: string;
  readonly state: 'running' | 'completed' | 'cancelled' | 'failed';
  readonly error: ErrorReport | null;
}

/** What the return is reckoned with, beside what Set up says of questions, minutes and wages. */
export interface ReturnAssumptions {
  readonly workingDays: number;
  /** Share of the questions that are about what was taught, 0 to 1. */
  readonly coveredShare: number;
  /** Minutes that asking and checking one answer takes, right or wrong. */
  readonly minutesToCheck: number;
  /** Spent once on collecting and checking examples. */
  readonly collectionHours: number;
  /** A year, on new examples and on looking after it. */
  readonly upkeepHours: number;
  /** Bought for it. */
  readonly machineCost: number;
  /** Drawn while it is on, and while it trains. */
  readonly watts: number;
  /** On a working day. */
  readonly hoursPerDay: number;
  /** For a kilowatt-hour. */
  readonly electricityPrice: number;
  /** Counted after some months of use; null: not yet. */
  readonly realUse: RealUse | null;
}

/** Answers that people looked at in use, and how many questions a day there really were. */
export interface RealUse {
  readonly right: number;
  readonly answers: number;
  readonly questionsPerDay: number;
}

/** What people really asked of an adapter, and said of its answers, since it first answered one of them; from the log. */
export interface LoggedUse {
  readonly since: string;
  /** Now, or where others answer instead by now, its last answer. */
  readonly until: string;
  readonly asked: number;
  /** Somebody said right or wrong. Silence is neither. */
  readonly graded: number;
  readonly right: number;
  /** Questions on a working day. */
  readonly perDay: number;
}

export interface ReturnCase {
  /** Share of answers that are right. */
  readonly share: number;
  /** Hours saved in a year, checking taken off; below 0 where it costs time. */
  readonly hours: number;
  /** Saved in a year, running costs taken off. */
  readonly perYear: number;
  /** Months until what was spent once is back; null: never. */
  readonly paybackMonths: number | null;
}

/** Low and high from the 95 % interval of the share. */
export interface Return {
  /** Where the share of right answers comes from. */
  readonly basis: 'evaluation' | 'log' | 'real-use';
  readonly right: number;
  readonly answers: number;
  readonly interval: Interval;
  readonly questionsPerDay: number;
  readonly low: ReturnCase;
  readonly middle: ReturnCase;
  readonly high: ReturnCase;
}

export interface Returns {
  readonly assumptions: ReturnAssumptions;
  /** When they were last changed; empty: they are the usual ones. */
  readonly assumptionsAt: string;
  readonly minutesPerQuestion: number;
  readonly hourlyCost: number;
  readonly currency: string;
  /** Spent once, and in every year. */
  readonly once: number;
  readonly running: number;
  /** null: nothing was asked in other words, so nothing is known. */
  readonly evaluated: Return | null;
  /** null: it has answered nobody yet. */
  readonly use: LoggedUse | null;
  /** From `use`; null: nothing was graded yet. */
  readonly logged: Return | null;
  /** From what somebody counted and typed in. */
  readonly realUse: Return | null;
}
