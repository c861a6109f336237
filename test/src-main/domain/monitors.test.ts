/** What monitors make of single answers, by hand-counted examples. */

import { describe, expect, test } from 'vitest';
import {
  type MonitoredAnswer,
  monitorSeries,
  monitorTimes,
  nearnessBy,
  quantile,
} from '../../../src-main/domain/monitors.ts';

const now = Date.UTC(2026, 0, 5, 8, 0, 30);
const points = monitorTimes('hour', now);
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();
const answer = (change: Partial<MonitoredAnswer>): MonitoredAnswer => {
  return { at: minutesAgo(0), releaseId: null, unseen: false, seconds: 1, grade: null, ...change };
};

test('the last point is the one that is not over, and there are as many as the period has', () => {
  expect(points).toMatchObject({ step: 60_000 });
  expect(points.times).toHaveLength(60);
  expect(points.times.at(-1)).toBe(Date.UTC(2026, 0, 5, 8, 0));
  expect(monitorTimes('month', now).times.at(-1)).toBe(Date.UTC(2026, 0, 5));
});

test('each release has its own figures, seen and unseen apart, and silence is neither right nor wrong', () => {
  const series = monitorSeries(
    [
      answer({ at: minutesAgo(60), grade: 'wrong' }),
      answer({ at: minutesAgo(1), seconds: 4, grade: 'andon' }),
      answer({ at: minutesAgo(1), seconds: 2, grade: 'right' }),
      answer({ at: minutesAgo(1), seconds: 3 }),
      answer({ releaseId: 'r', unseen: true, grade: 'same', seconds: null }),
      answer({ releaseId: 'r', unseen: true, grade: 'worse', seconds: null }),
    ],
    points,
  );
  expect(series.map(({ releaseId, unseen }) => [releaseId, unseen])).toEqual([
    [null, false],
    ['r', true],
  ]);
  const [base, shadow] = series;
  const at = (list: readonly (number | null)[], point: number) => list[60 + point];
  expect(base!.answers.reduce((sum, each) => sum + each, 0)).toBe(3);
  expect([base!.answers, base!.right, base!.wrong, base!.median, base!.slow].map((list) => at(list, -2))).toEqual([
    ...[3, 1, 1, 3, 4],
  ]);
  expect([shadow!.answers, shadow!.right, shadow!.wrong, shadow!.slow].map((list) => at(list, -1))).toEqual([
    ...[2, 1, 1, null],
  ]);
});

describe('nearness', () => {
  test('is the highest of its minute, and stands until something happens', () => {
    const { nearness, nearest } = nearnessBy(
      [
        { at: minutesAgo(90), guard: 'bad', value: 0.1 },
        { at: minutesAgo(3), guard: 'loop', value: 0.9 },
        { at: minutesAgo(3), guard: 'bad', value: 0.4 },
      ],
      points,
    );
    expect(nearness.slice(0, 2)).toEqual([0.1, 0.1]);
    expect(nearness.slice(-5)).toEqual([0.1, 0.9, 0.4, 0.4, 0.4]);
    expect(nearest.slice(-5)).toEqual(['bad', 'loop', 'bad', 'bad', 'bad']);
  });

  test('is nothing before anything was seen', () => {
    expect(nearnessBy([], points).nearness).toEqual(new Array(60).fill(null));
  });
});

test('nine in ten', () => {
  expect(quantile([], 0.9)).toBeNull();
  expect(quantile([5], 0.9)).toBe(5);
  expect(quantile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 0.9)).toBe(9);
  expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
});
