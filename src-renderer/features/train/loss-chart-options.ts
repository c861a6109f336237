/** How uPlot draws a run, its loss and its right answers: axes with their names, tokens as colours, the best validation point ringed. */

import type uPlot from 'uplot';
import type { Language, ValidationMetric } from '../../../src-main/contract/index.ts';
import { axisLook, chartFont, colourOf, stillChart } from '../../lib/chart-look.ts';
import { resolveColour } from '../../lib/colours.ts';

interface Words {
  readonly step: string;
  readonly loss: string;
  readonly best: string;
  readonly answered: string;
}

interface Moving {
  /** How long the axis is: `axisSteps`. */
  readonly steps: number;
  readonly best: ValidationMetric | null;
}

export function lossChartOptions(
  element: HTMLElement,
  language: Language,
  words: Words,
  /** Whether right answers are counted on the way: they have an axis of their own, from none to all. */
  counted: boolean,
  moving: () => Moving,
): Omit<uPlot.Options, 'width' | 'height'> {
  const colour = (token: string) => colourOf(element, token);
  const figures = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  const format = (value: number) => figures.format(value);
  const shares = new Intl.NumberFormat(language, { style: 'percent' });
  const answered = axisLook(element, words.answered, 52, (value) => shares.format(value));
  return {
    ...stillChart,
    scales: {
      x: { time: false, range: () => [0, Math.max(1, moving().steps)] },
      y: { range: (_, __, highest) => [0, Math.max(0.1, highest * 1.05)] },
      answered: { range: [0, 1] },
    },
    axes: [
      axisLook(element, words.step, 28, format),
      axisLook(element, words.loss, 46, format),
      { ...answered, show: counted, scale: 'answered', side: 1, grid: { show: false } },
    ],
    series: [
      {},
      { stroke: () => faint(resolveColour(element, '--color-candidate')), width: 1, points: { show: false } },
      { stroke: colour('--color-candidate'), width: 2, points: { show: false }, spanGaps: true },
      {
        stroke: colour('--color-text'),
        width: 1.5,
        dash: [5, 4],
        spanGaps: true,
        points: { show: true, size: 7, fill: colour('--color-text'), stroke: colour('--color-surface') },
      },
      {
        scale: 'answered',
        stroke: colour('--color-go'),
        width: 2,
        spanGaps: true,
        points: { show: true, size: 5, fill: colour('--color-go'), stroke: colour('--color-go') },
      },
    ],
    hooks: { draw: [(plot) => ring(plot, element, moving().best, words.best)] },
  };
}

/** `rgb(1, 2, 3)` at a third of its strength. */
const faint = (rgb: string): string => rgb.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.35)');

/** Marks the best validation loss by a ring and its word. */
function ring(plot: uPlot, element: HTMLElement, best: ValidationMetric | null, word: string): void {
  if (!best) return;
  const x = plot.valToPos(best.step, 'x', true);
  const y = plot.valToPos(best.loss, 'y', true);
  const scale = devicePixelRatio;
  const context = plot.ctx;
  context.save();
  context.strokeStyle = context.fillStyle = resolveColour(element, '--color-go');
  context.lineWidth = 2 * scale;
  context.beginPath();
  context.arc(x, y, 8 * scale, 0, 2 * Math.PI);
  context.stroke();
  context.font = chartFont.replace('13px', `600 ${13 * scale}px`);
  // The word stands on the side that has room for it.
  const right = x > plot.bbox.left + plot.bbox.width / 2;
  context.textAlign = right ? 'right' : 'left';
  const below = y < plot.bbox.top + 32 * scale;
  context.textBaseline = below ? 'top' : 'bottom';
  context.fillText(word, x + (right ? -6 : 6) * scale, y + (below ? 12 : -12) * scale);
  context.restore();
}
