/** How uPlot draws a monitor: a line for each release over time, and where there is one the line that halts. */

import type uPlot from 'uplot';
import type { Language, MonitorPeriod } from '../../../src-main/contract/index.ts';
import { axisLook, colourOf, stillChart } from '../../lib/chart-look.ts';
import { drawLine } from './evidence-chart-options.ts';

/** What one line of a monitor shows. */
export interface MonitorLine {
  readonly label: string;
  /** Colour token. */
  readonly colour: string;
  readonly dash: readonly number[];
  /** One for each point in time; null: nothing is known. */
  readonly values: readonly (number | null)[];
}

export interface MonitorScale {
  readonly word: string;
  /** At least so high, however small the values. */
  readonly least: number;
  readonly format: (value: number) => string;
  /** Whether its figures are whole: then its axis has no halves. */
  readonly whole?: boolean;
  readonly halts?: { readonly at: number; readonly word: string };
}

/** A moment as an axis or a table says it. */
export function momentInWords(milliseconds: number, period: MonitorPeriod, language: Language): string {
  // Without “PM” it has room beside the next.
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const day = { month: 'numeric', day: 'numeric' } as const;
  const parts = { hour: clock, day: clock, week: { ...day, ...clock }, month: day } as const;
  return new Intl.DateTimeFormat(language, parts[period]).format(milliseconds);
}

/** Pixels that a moment needs beside the next. */
const momentWidth = 96;

export function monitorChartOptions(
  element: HTMLElement,
  language: Language,
  period: MonitorPeriod,
  lines: readonly MonitorLine[],
  scale: MonitorScale,
): Omit<uPlot.Options, 'width' | 'height'> {
  const time = axisLook(element, '', 28, (value) => momentInWords(value, period, language));
  return {
    ...stillChart,
    padding: [12, 28, 0, 0],
    scales: {
      x: { time: false },
      y: { range: (_, __, highest) => [0, Math.max(scale.least, (highest ?? 0) * 1.1)] },
    },
    axes: [
      {
        ...time,
        labelSize: 0,
        splits: (plot) => {
          const times = plot.data[0];
          const every = Math.ceil(
            (times.length * momentWidth) / Math.max(momentWidth, plot.bbox.width / devicePixelRatio),
          );
          return Array.from(times).filter((_, index) => (times.length - 1 - index) % every === 0);
        },
      },
      {
        ...axisLook(element, scale.word, 52, scale.format),
        ...(scale.whole && { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }),
      },
    ],
    series: [
      {},
      ...lines.map(({ colour, dash }) => ({
        stroke: colourOf(element, colour),
        width: 2,
        dash: [...dash],
        spanGaps: true,
        points: {
          show: scale.whole !== true,
          size: 5,
          fill: colourOf(element, colour),
          stroke: colourOf(element, colour),
        },
      })),
    ],
    hooks: scale.halts ? { draw: [(plot) => drawLine(plot, element, scale.halts!.at, scale.halts!.word)] } : {},
  };
}
