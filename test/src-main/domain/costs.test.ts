/** Costs: measured figures stay measured, formulas are what their sources say, and each figure says which it is. */

import { describe, expect, test } from 'vitest';
import { costsOf } from '../../../src-main/domain/costs.ts';
import { stepRatio } from '../../../src-main/services/cost-comparison.ts';

const adapter = { parameters: 1_000, baseParameters: 50_000, bytes: 4_200 };
const run = { seconds: 60, peakBytes: 9_000_000 };

describe('costs', () => {
  test('without a comparison, full fine-tuning is computed and says so', () => {
    const { adapter: own, full, comparedSteps } = costsOf({ adapter, run, comparison: null, watts: 120 });
    expect(own).toEqual({
      parameters: { value: 1_000, source: 'measured' },
      bytes: { value: 4_200, source: 'measured' },
      seconds: { value: 60, source: 'measured' },
      peakBytes: { value: 9_000_000, source: 'measured' },
      // 120 W for a minute.
      wattHours: { value: 2, source: 'computed' },
    });
    expect(full).toEqual({
      parameters: { value: 50_000, source: 'computed' },
      bytes: { value: 200_000, source: 'computed' },
      seconds: { value: 90, source: 'computed' },
      // What the adapter held, with 12 bytes more for each weight of the base, and none of the adapter's own.
      peakBytes: { value: 9_000_000 + 12 * 50_000 - 16 * 1_000, source: 'computed' },
      wattHours: { value: 3, source: 'computed' },
    });
    expect(comparedSteps).toBeNull();
  });

  test('steps that were run replace the formulas, but nobody measured power', () => {
    const comparison = {
      steps: 5,
      adapterPeakBytes: 7_000_000,
      full: { parameters: 50_000, peakBytes: 8_000_000, bytes: 201_000, timeRatio: 2.5 },
      at: '',
      by: '',
    };
    const { adapter: own, full } = costsOf({ adapter, run, comparison, watts: 120 });
    expect(own.peakBytes).toEqual({ value: 7_000_000, source: 'from-steps' });
    expect(full.seconds).toEqual({ value: 150, source: 'from-steps' });
    expect(full.peakBytes).toEqual({ value: 8_000_000, source: 'from-steps' });
    expect(full.wattHours).toEqual({ value: 5, source: 'computed' });
  });

  test('steps that could not be timed leave the time to the formula, and say so', () => {
    const full = { parameters: 50_000, peakBytes: 8_000_000, bytes: 201_000, timeRatio: null };
    const comparison = { steps: 5, adapterPeakBytes: 7_000_000, full, at: '', by: '' };
    const costs = costsOf({ adapter, run, comparison, watts: 120 });
    expect(costs.full.seconds).toEqual({ value: 90, source: 'computed' });
    expect(costs.full.peakBytes).toEqual({ value: 8_000_000, source: 'from-steps' });
    expect(costs.comparedSteps).toBe(5);
  });

  test.each([
    // Full, and the adapter before and after it.
    [2, [1, 1], 2],
    [2.2, [1, 1.2], 2],
    [3, [1.2, 1], 3 / 1.1],
    // Something came between: whichever way, nothing can be said.
    [0.6, [1, 0.5], null],
    [2, [1, 1.3], null],
    [1, [0, 0], null],
  ] as const)('a step of %s beside %j', (full, adapters, ratio) => {
    expect(stepRatio(full, adapters)).toEqual(ratio === null ? null : expect.closeTo(ratio));
  });

  test('an adapter from elsewhere has no time, and so neither has what it is compared with', () => {
    const { adapter: own, full } = costsOf({ adapter, run: null, comparison: null, watts: 120 });
    expect([own.seconds, own.peakBytes, own.wattHours, full.seconds, full.wattHours]).toEqual(Array(5).fill(null));
    expect(full.peakBytes).toEqual({ value: 16 * 50_000, source: 'computed' });
  });
});
