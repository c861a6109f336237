/** How uPlot draws the evidence: E on a logarithmic axis over the answers, and the line at which it halts. */

import type uPlot from 'uplot';
import type { Language } from '../../../src-main/contract/index.ts';
import { axisLook, chartFont, colourOf, stillChart } from '../../lib/chart-look.ts';

interface Words {
  readonly answers: string;
  readonly evidence: string;
  readonly line: string;
}

/** Below a hundredth it makes no difference how little speaks against it. */
const least = -2;

/** A power of ten as it is read: 0.01, 1, 1,000. */
export function powerInWords(power: number, language: Language): string {
  const format = new Intl.NumberFormat(language, {
    maximumFractionDigits: 2,
    notation: power > 5 ? 'compact' : 'standard',
  });
  return format.format(10 ** power);
}

/** @param moving the highest value drawn, as powers of ten */
export function evidenceChartOptions(
  element: HTMLElement,
  language: Language,
  words: Words,
  moving: () => { readonly line: number; readonly highest: number },
): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...stillChart,
    scales: {
      x: { time: false, range: (_, __, last) => [0, Math.max(10, last)] },
      y: { range: () => [least, Math.max(moving().line + 0.5, moving().highest + 0.2)] },
    },
    axes: [
      axisLook(element, words.answers, 28, (value) => new Intl.NumberFormat(language).format(value)),
      {
        ...axisLook(element, words.evidence, 52, (value) => powerInWords(value, language)),
        splits: (_, __, low, high) =>
          Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (___, index) => Math.ceil(low) + index),
      },
    ],
    series: [{}, { stroke: colourOf(element, '--color-candidate'), width: 2, points: { show: false } }],
    hooks: { draw: [(plot) => drawLine(plot, element, moving().line, words.line)] },
  };
}

/** Where it halts, over the whole width and with its word, however few answers there are. */
export function drawLine(plot: uPlot, element: HTMLElement, line: number, word: string): void {
  const y = plot.valToPos(line, 'y', true);
  const scale = devicePixelRatio;
  const { ctx: context, bbox } = plot;
  context.save();
  context.strokeStyle = context.fillStyle = colourOf(element, '--color-halt')();
  context.lineWidth = 2 * scale;
  context.setLineDash([6 * scale, 4 * scale]);
  context.beginPath();
  context.moveTo(bbox.left, y);
  context.lineTo(bbox.left + bbox.width, y);
  context.stroke();
  context.font = chartFont.replace('13px', `600 ${13 * scale}px`);
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  context.fillText(word, bbox.left + 8 * scale, y - 4 * scale);
  context.restore();
}
