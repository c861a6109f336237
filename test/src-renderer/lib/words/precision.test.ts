/** What is said of a precision: its figures, how it stands beside float32, and which evaluations still count. */

import { evaluationsOfToday } from '../../../../src-main/contract/index.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import type {
  Adapter,
  BaseModel,
  Evaluation,
  MeasuredPrecision,
  PrecisionComparison,
  Score,
} from '../../../../src-main/contract/index.ts';
import { costWords, qualityWords, shortPrecision, verdictLook } from '../../../../src-renderer/lib/words/precision.ts';
import { translator } from '../../../../src-renderer/lib/i18n.svelte.ts';

const score: Score = { correct: 162, total: 168, share: 162 / 168, low: 0.9, high: 1, chrf: 0.98 };
const measured = (part: Partial<MeasuredPrecision> = {}): MeasuredPrecision => ({
  precision: 'int4',
  weightBytes: 3.1e6,
  peakBytes: 157e6,
  quality: { perplexity: 1.0203, score, tokensPerSecond: 690.4, deviceFallback: null, seconds: 2 },
  against: {
    perplexityRatio: 1.0004,
    paired: { better: 0, worse: 0, same: 168, pValue: 1, verdict: 'not-enough-evidence' },
    clearlyWorse: false,
  },
  ...part,
});
const comparison = {} as PrecisionComparison;
const against = (perplexityRatio: number, worse: number, clearlyWorse: boolean): MeasuredPrecision =>
  measured({
    against: {
      perplexityRatio,
      paired: { better: 1, worse, same: 160 - worse, pValue: 0.5, verdict: 'not-enough-evidence' },
      clearlyWorse,
    },
  });

beforeAll(() => {
  translator.language = 'en';
});

describe('figures', () => {
  it('say quality, speed and memory with their units', () => {
    expect(qualityWords(measured())).toBe('162 of 168 questions right (96.4\u202f%), perplexity 1.020');
    expect(costWords(measured())).toBe('690 tokens/s, weights 3.1\u202fMB, memory about 157\u202fMB');
    expect(shortPrecision('f32')).toBe('float32');
  });

  it('are not made up where nothing was measured', () => {
    expect([qualityWords(measured({ quality: null })), costWords(measured({ quality: null }))]).toEqual(['', '']);
  });
});

describe('beside float32', () => {
  it('a small change is no loss, and rounding no change', () => {
    expect(verdictLook(measured(), comparison)).toMatchObject({
      tone: 'go',
      word: 'No clear loss: 0 lost, 0 gained, perplexity unchanged.',
    });
    expect(verdictLook(against(0.98, 2, false), comparison)?.word).toContain('perplexity -2.0\u202f%');
  });

  it('a clear loss is said in words beside its sign', () => {
    expect(verdictLook(against(1.25, 12, true), comparison)).toEqual({
      tone: 'halt',
      icon: 'halt',
      word: 'Clearly worse than float32: 12 lost, 1 gained, perplexity +25.0\u202f%.',
    });
  });

  it('float32 stands beside nothing, and without it nobody knows', () => {
    expect(verdictLook(measured({ precision: 'f32', against: null }), comparison)).toBeUndefined();
    expect(verdictLook(measured({ against: null }), comparison)).toMatchObject({ tone: 'hold', icon: 'alert' });
  });
});

describe('an evaluation', () => {
  const models = [{ id: 'm', precision: 'int8' }] as BaseModel[];
  const adapters = [{ id: 'a', modelId: 'm' }] as Adapter[];
  const made = (precision: Evaluation['precision']) => ({ adapterId: 'a', precision }) as Evaluation;

  it('counts for the precision it was made in', () => {
    expect(evaluationsOfToday([made('f32'), made('int8')], adapters, models)).toEqual([made('int8')]);
    expect(evaluationsOfToday([made('int8')], adapters, [])).toEqual([]);
  });

  it('in another precision is named in the reader’s words', () => {
    const error = { code: 'evaluation-other-precision', values: { evaluated: 'f32', precision: 'int8' } };
    expect(translator.error(error)).toContain(
      'evaluated in “Exact (float32)”, but answers are set to “8 bits (int8)” now',
    );
  });
});
