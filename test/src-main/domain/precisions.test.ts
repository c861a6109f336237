/** What a measurement of precisions means beside float32. */

import { describe, expect, test } from 'vitest';
import type { Precision, PrecisionResult } from '../../../src-main/contract/entities.ts';
import { beside32Bits } from '../../../src-main/domain/precisions.ts';

/** `right` of 20 questions answered rightly, the first ones. */
const resultOf = (precision: Precision, perplexity: number, right: number): PrecisionResult => ({
  precision,
  weightBytes: 1,
  peakBytes: 2,
  quality: {
    perplexity,
    answers: Array.from({ length: 20 }, (_, index) => ({ id: `${index}`, right: index < right, chrf: 0.5 })),
    tokensPerSecond: 3,
    deviceFallback: null,
    seconds: 4,
  },
});
const verdictOf = (perplexity: number, right: number) =>
  beside32Bits([resultOf('f32', 2, 15), resultOf('int4', perplexity, right)])[1]!.against;

describe('beside float32', () => {
  test('the answers become a score, and float32 is compared with nothing', () => {
    const [f32, int8] = beside32Bits([resultOf('f32', 2, 15), resultOf('int8', 2.02, 14)]);
    expect(f32).toMatchObject({ quality: { score: { correct: 15, total: 20 } }, against: null });
    expect(f32!.quality).not.toHaveProperty('answers');
    expect(int8).toMatchObject({ against: { paired: { better: 0, worse: 1, same: 19 }, clearlyWorse: false } });
    expect(int8!.against!.perplexityRatio).toBeCloseTo(1.01, 12);
  });

  test('clearly worse is what loses more questions than luck explains, or whose perplexity is a tenth higher', () => {
    expect(verdictOf(2, 10)).toMatchObject({ clearlyWorse: false, paired: { worse: 5 } });
    expect(verdictOf(2, 9)).toMatchObject({ clearlyWorse: true, paired: { worse: 6, verdict: 'worse' } });
    expect(verdictOf(2.19, 15)).toMatchObject({ clearlyWorse: false });
    expect(verdictOf(2.21, 15)).toMatchObject({ clearlyWorse: true });
    expect(verdictOf(1.5, 20)).toMatchObject({ clearlyWorse: false, paired: { verdict: 'not-enough-evidence' } });
  });

  test('nothing is said against a float32 that was not measured', () => {
    const missing = { ...resultOf('f32', 2, 15), quality: null };
    const [f32, int8] = beside32Bits([missing, resultOf('int8', 2, 15)]);
    expect(f32).toMatchObject({ quality: null, against: null });
    expect(int8).toMatchObject({ quality: { perplexity: 2 }, against: null });
  });
});
