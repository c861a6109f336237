/** Points of a monitor from single answers: what falls into which, and what is said of each. */

import type { MonitorGuards, MonitorPeriod, MonitorSeries } from '../contract/entities/monitor.ts';
import type { Grade, GuardName } from '../contract/entities/rollout.ts';

export interface MonitoredAnswer {
  readonly at: string;
  /** null: the base alone gave it. */
  readonly releaseId: string | null;
  readonly unseen: boolean;
  /** null: from before that was kept. */
  readonly seconds: number | null;
  readonly grade: Grade | null;
}

export interface MonitorTimes {
  readonly step: number;
  /** When each point begins, in milliseconds since 1970. */
  readonly times: readonly number[];
}

const minute = 60_000;
const periods: Readonly<Record<MonitorPeriod, { readonly step: number; readonly points: number }>> = {
  hour: { step: minute, points: 60 },
  day: { step: 30 * minute, points: 48 },
  week: { step: 180 * minute, points: 56 },
  month: { step: 720 * minute, points: 60 },
};

/** @param now milliseconds since 1970: it falls into the last point */
export function monitorTimes(period: MonitorPeriod, now: number): MonitorTimes {
  const { step, points } = periods[period];
  const last = Math.floor(now / step) * step;
  return { step, times: Array.from({ length: points }, (_, index) => last - (points - 1 - index) * step) };
}

type Figures = Pick<MonitorSeries, 'releaseId' | 'unseen' | 'answers' | 'median' | 'slow' | 'right' | 'wrong'>;

/** One series for each release, seen and unseen, in the order in which they first answered. */
export function monitorSeries(answers: Iterable<MonitoredAnswer>, { step, times }: MonitorTimes): readonly Figures[] {
  const begin = times[0]!;
  const gathered = new Map<string, Gathered>();
  for (const answer of answers) {
    const point = Math.floor((Date.parse(answer.at) - begin) / step);
    if (point < 0 || point >= times.length) continue;
    const key = `${answer.releaseId} ${answer.unseen}`;
    let series = gathered.get(key);
    if (!series) gathered.set(key, (series = emptySeries(answer, times.length)));
    series.answers[point]! += 1;
    if (answer.seconds !== null) series.seconds[point]!.push(answer.seconds);
    if (isRight(answer.grade)) series.right[point]! += 1;
    if (isWrong(answer.grade)) series.wrong[point]! += 1;
  }
  return [...gathered.values()].map(({ seconds, ...counts }) => ({
    ...counts,
    median: seconds.map((each) => quantile(each, 0.5)),
    slow: seconds.map((each) => quantile(each, 0.9)),
  }));
}

interface Gathered {
  readonly releaseId: string | null;
  readonly unseen: boolean;
  readonly answers: number[];
  readonly seconds: number[][];
  readonly right: number[];
  readonly wrong: number[];
}

function emptySeries({ releaseId, unseen }: MonitoredAnswer, points: number): Gathered {
  const zeros = () => new Array<number>(points).fill(0);
  const seconds = Array.from({ length: points }, () => []);
  return { releaseId, unseen, answers: zeros(), seconds, right: zeros(), wrong: zeros() };
}

const isRight = (grade: Grade | null) => grade === 'right' || grade === 'better' || grade === 'same';
const isWrong = (grade: Grade | null) => grade !== null && !isRight(grade);

/** The smallest value within which this share of them lies; null of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

export interface Nearness {
  readonly at: string;
  readonly guard: GuardName;
  readonly value: number;
}

/** Of each point the nearest that guards came to halting; where nothing happened, what was so before. @param seen in order */
export function nearnessBy(
  seen: readonly Nearness[],
  { step, times }: MonitorTimes,
): Pick<MonitorGuards, 'nearness' | 'nearest'> {
  let next = 0;
  let standing: Nearness | null = null;
  const points = times.map((time) => {
    let highest: Nearness | null = null;
    for (; next < seen.length && Date.parse(seen[next]!.at) < time + step; next += 1) {
      standing = seen[next]!;
      if (Date.parse(standing.at) >= time && (!highest || standing.value >= highest.value)) highest = standing;
    }
    return highest ?? standing;
  });
  return {
    nearness: points.map((point) => point?.value ?? null),
    nearest: points.map((point) => point?.guard ?? null),
  };
}
