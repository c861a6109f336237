/** What the monitors draw, from what the host counted: one line for each release, told apart by colour and dashes. */

import type { MonitorSeries, MonitorView } from '../../../src-main/contract/index.ts';
import type { MonitorLine } from './monitor-chart-options.ts';

interface Look {
  readonly label: string;
  readonly colour: string;
  readonly dash: readonly number[];
}

/** The same colour again gets other dashes; unseen answers are the candidate's. */
const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 4], [8, 3, 2, 3]];

export function looksOf(
  series: readonly MonitorSeries[],
  candidateId: string | null,
  labelOf: (series: MonitorSeries) => string,
): readonly Look[] {
  const used = new Map<string, number>();
  return series.map((each) => {
    const isCandidate = each.unseen || each.releaseId === candidateId;
    const colour = each.releaseId === null ? '--color-base' : isCandidate ? '--color-candidate' : '--color-adapter';
    const times = used.get(colour) ?? 0;
    used.set(colour, times + 1);
    return { label: labelOf(each), colour, dash: dashes[times % dashes.length]! };
  });
}

type Figure = (series: MonitorSeries, point: number) => number | null;

export function linesOf(
  { series, times }: Pick<MonitorView, 'series' | 'times'>,
  looks: readonly Look[],
  figure: Figure,
): readonly MonitorLine[] {
  return series.map((each, index) => ({ ...looks[index]!, values: times.map((_, point) => figure(each, point)) }));
}

/** Of the graded answers, how many were wrong; null where nobody graded any. */
export const wrongShare: Figure = ({ right, wrong }, point) => {
  const graded = right[point]! + wrong[point]!;
  return graded === 0 ? null : wrong[point]! / graded;
};
