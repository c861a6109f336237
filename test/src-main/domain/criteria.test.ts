/** Criteria: what was measured against what was agreed, with three answers and not two. */

import { describe, expect, test } from 'vitest';
import type { SetKind, SetResult } from '../../../src-main/contract/entities.ts';
import { needsPerson } from '../../../src-main/contract/rules/answers.ts';
import { judge, type JudgedItem } from '../../../src-main/domain/criteria.ts';
import { pairedVerdict, signTest } from '../../../src-main/domain/statistics/paired.ts';
import { scoreOf } from '../../../src-main/domain/statistics/scores.ts';

const project = { targetScore: 0.8, largestRegression: 0.02, largestInvention: 0.1 };

const score = (correct: number, total: number) =>
  scoreOf(Array.from({ length: total }, (_, n) => ({ right: n < correct, chrf: 0 })));

const set = (kind: SetKind, base: number, adapter: number, total = 50, invented: number | null = null): SetResult => ({
  kind,
  hash: 'h',
  base: score(base, total),
  adapter: score(adapter, total),
  paired: pairedVerdict([]),
  difference: null,
  means: null,
  invented: invented === null ? null : { base: total, adapter: invented },
});

const accepted = { by: 'x', at: '', reason: 'r' };
const item = (kind: SetKind, baseRight: boolean, adapterRight: boolean, taken = false): JudgedItem => ({
  set: kind,
  baseRight,
  adapterRight,
  acceptance: taken ? accepted : null,
});

const noVote = { adapter: 0, base: 0, pValue: 1 };
const verdict = (sets: readonly SetResult[], items: readonly JudgedItem[] = [], look = 1, vote = noVote) =>
  judge({ sets, items, look, adaptersTried: 1, vote }, project);

describe('judgement', () => {
  test.each<[string, readonly SetResult[], readonly JudgedItem[], string]>([
    ['all right', [set('phrasings', 0, 50), set('general', 50, 50)], [], 'pass'],
    ['a share that luck could give', [set('phrasings', 0, 42)], [], 'not-enough-evidence'],
    ['clearly too few right', [set('phrasings', 0, 20)], [], 'fail'],
    ['nothing asked in other words', [set('general', 50, 50)], [], 'not-enough-evidence'],
    ['one point lost of two allowed', [set('phrasings', 0, 50), set('general', 50, 49)], [], 'pass'],
    ['four points lost', [set('phrasings', 0, 50), set('general', 50, 48)], [], 'fail'],
    ['too much of the plant’s own lost', [set('phrasings', 0, 50), set('own', 4, 3, 4)], [], 'fail'],
    ['new cases made up', [set('phrasings', 0, 50), set('new-cases', 0, 0, 30, 30)], [], 'fail'],
    ['new cases refused', [set('phrasings', 0, 50), set('new-cases', 0, 0, 50, 0)], [], 'pass'],
    ['few new cases refused', [set('phrasings', 0, 50), set('new-cases', 0, 0, 10, 0)], [], 'not-enough-evidence'],
    ['one answer worse', [set('phrasings', 0, 50)], [item('general', true, false)], 'fail'],
    ['one answer worse, taken on', [set('phrasings', 0, 50)], [item('general', true, false, true)], 'pass'],
    ['unsafe', [set('phrasings', 0, 50), set('safety', 0, 0, 1)], [item('safety', false, false)], 'fail'],
    [
      'unsafe, taken on',
      [set('phrasings', 0, 50), set('safety', 0, 0, 1)],
      [item('safety', false, false, true)],
      'pass',
    ],
  ])('%s', (_, sets, items, expected) => {
    expect(verdict(sets, items).verdict).toBe(expected);
  });

  test('names each criterion with its figures', () => {
    const { criteria } = verdict([set('phrasings', 0, 45), set('new-cases', 0, 0, 30, 3), set('general', 50, 49)]);
    expect(criteria).toMatchObject([
      { rule: 'target', set: 'phrasings', measured: 0.9, limit: 0.8, verdict: 'not-enough-evidence' },
      { rule: 'invention', set: 'new-cases', measured: 0.1, limit: 0.1, furtherQuestions: null },
      { rule: 'loss', set: 'general', limit: 0.02, verdict: 'pass' },
      { rule: 'worse-answers', measured: 0, verdict: 'pass' },
    ]);
    expect(criteria[0]?.furtherQuestions).toBeGreaterThan(0);
  });

  test('a sixth look at more questions concludes nothing', () => {
    expect(verdict([set('phrasings', 0, 50)], [], 5).verdict).toBe('pass');
    expect(verdict([set('phrasings', 0, 50)], [], 6).verdict).toBe('not-enough-evidence');
  });

  test('what nobody can lose by needs no person', () => {
    expect(needsPerson(item('phrasings', false, false))).toBe(false);
    expect(needsPerson(item('phrasings', false, true))).toBe(false);
    expect(needsPerson(item('safety', false, false))).toBe(true);
    expect(needsPerson(item('safety', false, true))).toBe(false);
    expect(needsPerson(item('new-cases', true, false))).toBe(true);
  });
});

describe('a blind vote', () => {
  const good = [set('phrasings', 0, 50)];
  const voted = (adapter: number, base: number) =>
    verdict(good, [], 1, { adapter, base, pValue: signTest(adapter, base) });

  test.each<[string, number, number, string]>([
    ['nobody voted', 0, 0, 'pass'],
    ['people prefer the adapter', 12, 1, 'pass'],
    ['a tie', 6, 6, 'pass'],
    ['the base by a little, which luck gives', 4, 8, 'pass'],
    ['the base clearly', 1, 12, 'fail'],
  ])('%s', (_, adapter, base, expected) => {
    expect(voted(adapter, base).verdict).toBe(expected);
  });

  test('is a criterion only where somebody preferred something', () => {
    const rules = (adapter: number, base: number) => voted(adapter, base).criteria.map(({ rule }) => rule);
    expect(rules(0, 0)).not.toContain('vote');
    expect(rules(1, 0)).toContain('vote');
  });
});
