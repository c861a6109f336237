import { describe, expect, it } from 'vitest';
import { withoutSleep } from '../../../native-models/train/median.ts';
import {
  decide,
  isBetter,
  lastStep,
  notAskedYet,
  rateShare,
  type Stopping,
  type StoppingRule,
} from '../../../native-models/train/stopping.ts';

const rule: StoppingRule = { of: 10, seconds: 100, steps: 10_000, askEvery: 10 };
/** Asks every ten steps, each of which takes so many seconds. */
function course(rights: readonly number[], secondsPerStep = 0.01, own = rule): Stopping {
  return rights.reduce<Stopping>((state, right, index) => {
    const step = 10 * (index + 1);
    return decide(state, own, { step, right, loss: 1 / (right + 1) }, step * secondsPerStep);
  }, notAskedYet);
}

describe('when a training comes to its end', () => {
  it('settles once everything was right, for half as many steps again', () => {
    expect(course([3, 9, 9]).settling).toBeNull();
    expect(course([3, 9, 9, 10]).settling).toEqual({ from: 40, steps: 20, reason: 'known' });
  });

  it('settles where nothing has improved for long, and remembers the best state', () => {
    const state = course([1, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
    expect(state.best).toMatchObject({ step: 20, right: 5 });
    expect(state.settling).toEqual({ from: 100, steps: 50, reason: 'no-better' });
  });

  it('is not impatient while the loss still falls', () => {
    const state = Array.from({ length: 30 }).reduce<Stopping>(
      (before, _, index) =>
        decide(before, rule, { step: 10 * (index + 1), right: 0, loss: 5 * 0.97 ** index }, index / 100),
      notAskedYet,
    );
    expect(state.settling).toBeNull();
  });

  it('leaves the time to settle within the time agreed', () => {
    const state = course(
      Array.from({ length: 100 }, (_, index) => Math.min(9, index)),
      0.5,
      { ...rule, of: 200 },
    );
    const { from, steps, reason } = state.settling!;
    expect(reason).toBe('time');
    expect((from + steps) * 0.5).toBeLessThanOrEqual(100);
    expect((from + steps) * 0.5).toBeGreaterThan(80);
  });

  it('never goes beyond the passes agreed, with or without questions', () => {
    for (const of of [0, 10]) {
      const { settling } = course([1, 2, 3, 4, 5, 6, 7, 8, 9, 9], 0, { of, seconds: null, steps: 100, askEvery: 10 });
      expect(settling!.from + settling!.steps).toBe(100);
      expect(settling!.reason).toBe('passes');
    }
  });

  it('decides once', () => {
    const state = course([10]);
    expect(decide(state, rule, { step: 20, right: 0, loss: 9 }, 99)).toBe(state);
  });

  it('lets the rate rise, stay and fall to nearly nothing at the last step', () => {
    const settling: Stopping = { ...notAskedYet, settling: { from: 100, steps: 20, reason: 'known' } };
    expect(rateShare(notAskedYet, 5, 20)).toBe(0.25);
    expect(rateShare(notAskedYet, 5000, 20)).toBe(1);
    expect(rateShare(settling, 100, 20)).toBe(1);
    expect(rateShare(settling, 101, 20)).toBe(1);
    expect(rateShare(settling, 120, 20)).toBeCloseTo(1 / 20);
    expect(lastStep(settling, rule, 110, 5)).toBe(120);
  });

  it('predicts the last step from the pace, and never one that is over', () => {
    expect(lastStep(notAskedYet, rule, 100, 10)).toBe(1000);
    expect(lastStep(notAskedYet, rule, 100, 101)).toBe(101);
    expect(lastStep(notAskedYet, { seconds: null, steps: 70 }, 10, 99)).toBe(70);
  });

  it('prefers right answers, then a clearly smaller loss', () => {
    expect(isBetter({ step: 2, right: 4, loss: 3 }, { step: 1, right: 3, loss: 1 })).toBe(true);
    expect(isBetter({ step: 2, right: 3, loss: 0.999 }, { step: 1, right: 3, loss: 1 })).toBe(false);
    expect(isBetter({ step: 2, right: 3, loss: 0.9 }, { step: 1, right: 3, loss: 1 })).toBe(true);
  });
});

it('takes a sleep of the PC for none of its time', () => {
  expect(withoutSleep(8 * 3600, [2, 2, 3])).toBe(2);
  // Slow steps are slow, and of the first ones nothing is known.
  expect(withoutSleep(50, [2, 2, 3])).toBe(50);
  expect(withoutSleep(300, [100, 120, 110])).toBe(300);
  expect(withoutSleep(300, [2])).toBe(300);
});
