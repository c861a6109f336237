/** The report's two charts as SVG: shares with their intervals, and the loss curve. Titles and labels are texts, so that they can be read. */

import { colours } from './colours.ts';
import type { ReportDocument, ScoreBar } from './document.ts';
import { escapeHtml } from './escape.ts';

const width = 640;
const labelWidth = 190;
const plotWidth = width - labelWidth - 50;

/** Two bars for each set, each with its interval as a whisker. */
export function scoreChart({ title, base, adapter, bars }: ReportDocument['scores']): string {
  const rowHeight = 46;
  const height = bars.length * rowHeight + 34;
  const x = (share: number): number => labelWidth + share * plotWidth;
  const bar = ({ share, low, high }: ScoreBar['base'], y: number, colour: string): string =>
    `<rect x="${labelWidth}" y="${y}" width="${one(share * plotWidth)}" height="14" fill="#${colour}"/>` +
    `<path d="M${one(x(low))} ${y + 7}H${one(x(high))}M${one(x(low))} ${y + 3}v8M${one(x(high))} ${y + 3}v8" stroke="#${colours.ink}" fill="none"/>` +
    `<text x="${width - 46}" y="${y + 12}" font-size="12" fill="#${colours.ink}">${Math.round(share * 100)} %</text>`;
  const rows = bars.map(({ label, ...scores }, at) => {
    const y = at * rowHeight + 28;
    return (
      `<text x="0" y="${y + 20}" font-size="12" fill="#${colours.ink}">${escapeHtml(label)}</text>` +
      bar(scores.base, y, colours.base) +
      bar(scores.adapter, y + 18, colours.adapter)
    );
  });
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<path d="M${one(x(share))} 22V${height}" stroke="#${colours.line}"/>`,
  );
  return svg(title, height, `${legend([base, adapter])}${grid.join('')}${rows.join('')}`);
}

/** Loss by step, on a scale of its own from 0. */
export function lossChart({ title, step, lines }: ReportDocument['curve']): string {
  if (lines.length === 0) return '';
  const [left, top, height] = [44, 26, 200];
  const points = lines.flatMap((line) => line.points);
  const mostLoss = Math.max(...points.map(({ loss }) => loss), Number.MIN_VALUE);
  const lastStep = Math.max(...points.map((point) => point.step), 1);
  const bottom = height - 24;
  const place = (point: { readonly step: number; readonly loss: number }): string =>
    `${one(left + (point.step / lastStep) * (width - left - 10))},${one(bottom - (point.loss / mostLoss) * (bottom - top))}`;
  const drawn = lines.map(
    ({ points: each }, at) =>
      `<polyline points="${each.map(place).join(' ')}" fill="none" stroke="#${lineColours[at]}" stroke-width="1.8"/>`,
  );
  const text = (x: number, y: number, anchor: string, content: string): string =>
    `<text x="${x}" y="${y}" font-size="11" text-anchor="${anchor}" fill="#${colours.muted}">${escapeHtml(content)}</text>`;
  const axes =
    `<path d="M${left} ${top}V${bottom}H${width - 10}" stroke="#${colours.line}" fill="none"/>` +
    text(left - 6, top + 8, 'end', mostLoss.toPrecision(2)) +
    text(left - 6, bottom, 'end', '0') +
    text(width - 10, height - 8, 'end', `${lastStep} ${step}`);
  return svg(title, height, `${legend(lines.map(({ name }) => name))}${axes}${drawn.join('')}`);
}

const lineColours = [colours.base, colours.adapter] as const;

function legend(names: readonly string[]): string {
  return names
    .map((name, at) => {
      const x = labelWidth + at * 170;
      return (
        `<rect x="${x}" y="4" width="12" height="12" fill="#${lineColours[at]}"/>` +
        `<text x="${x + 18}" y="14" font-size="12" fill="#${colours.ink}">${escapeHtml(name)}</text>`
      );
    })
    .join('');
}

const svg = (title: string, height: number, content: string): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${content}</svg>`;

const one = (value: number): number => Math.round(value * 10) / 10;
