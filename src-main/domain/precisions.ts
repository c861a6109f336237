/** What the measurement of a model in several precisions means: each beside float32. */

import type { MeasuredPrecision, PrecisionResult } from '../contract/entities.ts';
import { pairedVerdict } from './statistics/paired.ts';
import { scoreOf } from './statistics/scores.ts';

/** A perplexity so many times float32's is called clearly worse, whatever the few questions say. */
const largestRatio = 1.1;

/** Answers of all results are to the same questions, in the same order. */
export function beside32Bits(results: readonly PrecisionResult[]): readonly MeasuredPrecision[] {
  const exact = results.find(({ precision }) => precision === 'f32')?.quality;
  return results.map(({ quality, ...result }) => {
    if (!quality) return { ...result, quality, against: null };
    const { answers, ...rest } = quality;
    const measured = { ...result, quality: { ...rest, score: scoreOf(answers) } };
    if (!exact || result.precision === 'f32') return { ...measured, against: null };
    const perplexityRatio = quality.perplexity / exact.perplexity;
    const paired = pairedVerdict(
      answers.map((answer, index) => ({ baseRight: exact.answers[index]!.right, adapterRight: answer.right })),
    );
    const clearlyWorse = paired.verdict === 'worse' || perplexityRatio > largestRatio;
    return { ...measured, against: { perplexityRatio, paired, clearlyWorse } };
  });
}
