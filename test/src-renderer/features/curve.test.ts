/** The loss curve as numbers, and a run carried on by events. */

import { describe, expect, it } from 'vitest';
import type { RunDetail, RunMetric } from '../../../src-main/contract/index.ts';
import { axisSteps, bestOf, curveOf, thinned } from '../../../src-renderer/features/train/curve.ts';
import { lossProgress } from '../../../src-renderer/features/train/progress.ts';
import { carryRunOn } from '../../../src-renderer/features/train/run-events.ts';

const metric = (step: number, loss: number): RunMetric => ({ step, epoch: 0, loss, gradNorm: 1, learningRate: 0.001 });

describe('curveOf', () => {
  it('puts both losses and the share of right answers over the same steps, with gaps where there is none', () => {
    expect(
      curveOf(
        [metric(1, 4), metric(2, 3)],
        [
          { step: 0, loss: 5, right: null, of: null },
          { step: 2, loss: 3.5, right: 31, of: 40 },
        ],
      ),
    ).toMatchObject({
      steps: [0, 1, 2],
      loss: [null, 4, 3],
      validation: [5, null, 3.5],
      answered: [null, null, 0.775],
    });
  });

  it('smooths without pulling the first steps towards zero', () => {
    const { smooth } = curveOf(
      Array.from({ length: 50 }, (_, at) => metric(at + 1, 2)),
      [],
    );
    for (const value of smooth) expect(value).toBeCloseTo(2, 9);
  });
});

it('finds the lowest validation loss, the earlier where two are equal', () => {
  expect(bestOf([])).toBeNull();
  expect(
    bestOf([
      { step: 10, loss: 2, right: null, of: null },
      { step: 20, loss: 1, right: null, of: null },
      { step: 30, loss: 1, right: null, of: null },
    ])?.step,
  ).toBe(20);
});

it('thins a long list evenly and keeps the last', () => {
  const all = Array.from({ length: 1001 }, (_, at) => at);
  const few = thinned(all, 40);
  expect(few).toHaveLength(40);
  expect(few.at(-1)).toBe(1000);
  expect(thinned([1, 2], 40)).toEqual([1, 2]);
});

describe('carryRunOn', () => {
  const detail = {
    id: 'r',
    step: 3,
    metrics: [1, 2, 3].map((step) => metric(step, 9)),
    validation: [],
  } as unknown as RunDetail;
  const event = (id: string, ...steps: number[]) => ({
    kind: 'training' as const,
    run: { id, step: steps.at(-1) } as never,
    metrics: steps.map((step) => metric(step, 1)),
    validation: [],
  });

  it('appends', () => {
    expect(carryRunOn(detail, event('r', 4, 5))).toMatchObject({
      step: 5,
      metrics: [{ step: 1 }, { step: 2 }, { step: 3 }, { step: 4 }, { step: 5 }],
    });
  });

  it('lets the repeated steps of a resumed run stand', () => {
    expect(carryRunOn(detail, event('r', 3, 4)).metrics.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 9],
      [2, 9],
      [3, 1],
      [4, 1],
    ]);
  });

  it('ignores another run', () => {
    expect(carryRunOn(detail, event('other', 4))).toBe(detail);
  });
});

describe('lossProgress', () => {
  const falling = Array.from({ length: 60 }, (_, at) => metric(at + 1, 4 / (at + 1)));

  it('says nothing about the first steps', () => {
    expect(lossProgress([])).toBeNull();
    expect(lossProgress(falling.slice(0, 12))?.verdict).toBe('early');
  });

  it('sees a loss fall, and sees it not fall', () => {
    expect(lossProgress(falling)?.verdict).toBe('falling');
    expect(lossProgress(falling.toReversed())?.verdict).toBe('not-falling');
  });
});

describe('the axis', () => {
  const settings = { untilKnown: { seconds: 270 } } as RunDetail['settings'];
  const run = (step: number, rest: Partial<RunDetail> = {}) => ({
    ...{ step, steps: 853, state: 'running' as const, settings, settlingFrom: null },
    ...rest,
  });

  it('is a little longer than what was done while nobody knows when the run ends, and never longer than it may last', () => {
    for (const step of [0, 5, 19, 20, 84, 126, 700, 853]) {
      const length = axisSteps(run(step));
      expect(length).toBeGreaterThanOrEqual(Math.max(20, step));
      expect(length).toBeLessThanOrEqual(Math.min(853, Math.max(20, Math.ceil(step * 1.05 * 1.25) + 1)));
    }
    expect(axisSteps(run(100))).toBe(axisSteps(run(101)));
  });

  it('is the whole run once that is known: it settles, it has ended, or it trains a given number of steps', () => {
    expect(axisSteps(run(90, { settlingFrom: 84, steps: 126 }))).toBe(126);
    expect(axisSteps(run(126, { state: 'completed', steps: 126 }))).toBe(126);
    expect(axisSteps(run(5, { settings: {} as RunDetail['settings'] }))).toBe(853);
  });
});
