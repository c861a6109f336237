/** What all charts share: their letters, their axes, and tokens as colours of a canvas. */

import type uPlot from 'uplot';
import { resolveColour } from './colours.ts';

export const chartFont = "13px system-ui, 'Yu Gothic UI', 'Hiragino Sans', 'Noto Sans JP', sans-serif";

/** Read anew at every drawing, so that a change of the theme shows. */
export const colourOf = (element: HTMLElement, token: string) => () => resolveColour(element, token);

/** An axis with its name. @param size of the figures beside it, in CSS pixels */
export function axisLook(
  element: HTMLElement,
  label: string,
  size: number,
  format: (value: number) => string,
): uPlot.Axis {
  return {
    stroke: colourOf(element, '--color-muted'),
    font: chartFont,
    labelFont: chartFont,
    labelGap: 0,
    label,
    labelSize: 22,
    size,
    grid: { stroke: colourOf(element, '--color-line'), width: 1 },
    ticks: { show: false },
    values: (_, splits) => splits.map(format),
  };
}

/** Nothing answers the pointer: figures stand in the table beside the chart. */
export const stillChart = {
  padding: [12, 16, 0, 0],
  legend: { show: false },
  cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
} satisfies Partial<uPlot.Options>;
