import { describe, expect, it } from 'vitest';
import { answeredSoFar, isBehind } from '../../../src-renderer/features/train/answered.ts';

const asked = (right: number | null, step = 10) => ({ step, loss: 1, right, of: right === null ? null : 40 });
const run = (right: number, step: number) => ({
  validation: [asked(0, 1), asked(right, step)],
  step,
  steps: 100,
  secondsLeft: 10,
  state: 'running' as const,
});

describe('answers on the way', () => {
  it('are those of the newest ask, and unknown in runs that did not count them', () => {
    expect(answeredSoFar([asked(3), asked(31)])).toEqual({ right: 31, of: 40 });
    expect(answeredSoFar([asked(null)])).toBeNull();
    expect(answeredSoFar([])).toBeNull();
  });

  it('are said to be too few from the middle of a run on, not before', () => {
    expect(isBehind(run(12, 40))).toBe(false);
    expect(isBehind(run(12, 50))).toBe(true);
    expect(isBehind(run(24, 50))).toBe(false);
  });
});
