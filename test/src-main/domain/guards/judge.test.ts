/** Verdicts from events: three-valued, never from silence, corrected by corrections, and with their causes. */

import { describe, expect, test } from 'vitest';
import type { AnswerFacts, Grade, GuardEvent, GuardPlan } from '../../../../src-main/contract/entities/rollout.ts';
import { GuardReplay, judge } from '../../../../src-main/domain/guards/judge.ts';
import { usualGuards } from '../../../../src-main/domain/guards/table.ts';
import { onlyBad, seeded, simulateRollout } from './simulate.ts';

const fine: AnswerFacts = {
  characters: 40,
  seconds: 1,
  empty: false,
  loop: false,
  unended: false,
  refusal: false,
  forbidden: false,
  leak: false,
  divergence: 0.2,
};
const all = usualGuards(true);
const one = onlyBad(all);

/** One candidate answer a grade; null: nobody graded it. */
function answered(grades: readonly (Grade | null)[], facts: Partial<AnswerFacts> = {}): readonly GuardEvent[] {
  return grades.flatMap((grade, n): readonly GuardEvent[] => {
    const answerId = `a${n}`;
    const answer = {
      kind: 'answer',
      sequence: 2 * n,
      answerId,
      arm: 'candidate',
      facts: { ...fine, ...facts },
    } as const;
    return grade === null ? [answer] : [answer, { kind: 'grade', sequence: 2 * n + 1, answerId, grade }];
  });
}
const times = (count: number, grade: Grade | null) => Array.from({ length: count }, () => grade);
const guard = (events: readonly GuardEvent[], name: string, plan: GuardPlan = all) =>
  judge(events, plan).guards.find((state) => state.name === name)!;

describe('verdict', () => {
  test('nothing known: every guard holds', () => {
    const report = judge([], all);
    expect(report.verdict).toBe('hold');
    expect(report.guards.map(({ verdict }) => verdict)).toEqual(report.guards.map(() => 'hold'));
  });

  test('silence is not right: ungraded answers decide nothing about bad ones', () => {
    const report = judge(answered(times(500, null)), all);
    expect(report).toMatchObject({ verdict: 'hold', answers: 500, ungraded: 500 });
    expect(report.guards.filter(({ verdict }) => verdict !== 'go').map(({ name }) => name)).toEqual(['bad']);
  });

  test('the answers said to be needed are exactly those that turn hold into go', () => {
    const { needed } = guard(answered(times(10, 'right')), 'bad');
    expect(needed).toBeGreaterThan(0);
    expect(guard(answered(times(9 + needed!, 'right')), 'bad').verdict).toBe('hold');
    expect(judge(answered(times(10 + needed!, 'right')), all).verdict).toBe('go');
  });

  test('wrong answers halt, named newest first; right ones afterwards do not undo it', () => {
    const grades = [...times(20, 'right'), ...times(6, 'wrong')] as const;
    expect(guard(answered(grades), 'bad')).toMatchObject({ verdict: 'halt', bad: 6, total: 26, needed: null });
    expect(guard(answered(grades), 'bad').causes.slice(0, 2)).toEqual(['a25', 'a24']);
    expect(guard(answered([...grades, ...times(300, 'right')]), 'bad').verdict).toBe('halt');
  });

  test('a corrected grade counts as corrected', () => {
    const events = answered([...times(20, 'right'), ...times(6, 'wrong')]);
    const corrected = [20, 21, 22, 23, 24, 25].map((n): GuardEvent => ({
      kind: 'grade',
      sequence: 100 + n,
      answerId: `a${n}`,
      grade: 'right',
    }));
    expect(guard([...events, ...corrected], 'bad')).toMatchObject({ verdict: 'hold', bad: 0, total: 26 });
  });

  test.each(['forbidden', 'leak'] as const)('one %s answer halts at once', (name) => {
    expect(judge(answered([null], { [name]: true }), all)).toMatchObject({ verdict: 'halt' });
    expect(guard(answered([null], { [name]: true }), name).causes).toEqual(['a0']);
  });

  test('a dangerous grade and a crash halt at once', () => {
    expect(guard(answered(['dangerous']), 'dangerous').verdict).toBe('halt');
    expect(judge([{ kind: 'crash', sequence: 0, answerId: 'q' }], all).verdict).toBe('halt');
  });

  test.each([
    ['empty', { empty: true }],
    ['loop', { loop: true }],
    ['unended', { unended: true }],
    ['refusal', { refusal: true }],
    ['latency', { seconds: 100 }],
    ['length', { characters: 5000 }],
    ['divergence', { divergence: 1 }],
  ] as const)('%s answers halt without anybody grading them', (name, facts) => {
    expect(guard(answered(times(60, null), facts), name).verdict).toBe('halt');
    expect(guard(answered(times(200, null)), name).verdict).toBe('go');
  });

  test('α is shared out: with one guard the line is lower than with all, and switched off guards are not shown', () => {
    expect(guard([], 'bad', one).line).toBeCloseTo(2, 12);
    expect(guard([], 'bad').line).toBeCloseTo(Math.log10(800), 12);
    expect(judge([], one).guards.map(({ name }) => name)).toEqual(['bad', 'forbidden', 'leak', 'crash', 'dangerous']);
  });
});

describe('against the present release', () => {
  const compared: GuardPlan = { ...one, baseline: 'present' };

  test('halts a candidate that is worse, and not one that is as bad as the present', () => {
    expect(guard(answered(times(40, 'worse')), 'bad', compared)).toMatchObject({ test: 'two-sample', verdict: 'halt' });
    const alike = Array.from({ length: 200 }, (_, n): Grade => (n % 2 ? 'worse' : 'better'));
    expect(guard(answered(alike), 'bad', compared).verdict).toBe('hold');
  });

  test('continues once the candidate is known not to be worse by more than the gap', () => {
    const { needed } = guard(answered(times(20, 'same')), 'bad', compared);
    expect(guard(answered(times(20 + needed!, 'same')), 'bad', compared).verdict).toBe('go');
  });

  test('cannot be judged, so holds, where nobody graded the present release', () => {
    expect(guard(answered(times(400, 'right')), 'bad', compared)).toMatchObject({ verdict: 'hold', needed: null });
  });
});

test('the simulation halts where the replay halts', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { haltedAt } = simulateRollout(one, { bad: 0.1, others: 1, answers: 300 }, seeded(seed));
    const random = seeded(seed);
    const grades = Array.from({ length: 300 }, (): Grade => (random() < 0.1 ? 'wrong' : 'right'));
    const replay = new GuardReplay(one);
    const halts = answered(grades).some((event) => {
      replay.add(event);
      return replay.halting().length > 0;
    });
    const { total } = replay.report().guards.find(({ name }) => name === 'bad')!;
    expect(halts ? total : null).toBe(haltedAt);
  }
});

const watch = (events: readonly GuardEvent[], plan: GuardPlan) => {
  const replay = new GuardReplay(plan);
  for (const event of events) replay.add(event);
  return replay.watch?.state() ?? null;
};

test('the watch after full alarms at a run of wrong answers, not at right ones', () => {
  expect(watch(answered([...times(300, 'right'), ...times(8, 'wrong')]), all)).toMatchObject({ alarm: true });
  expect(watch(answered(times(300, 'right')), all)).toMatchObject({ alarm: false, runLength: 2000 });
  expect(watch([], { ...all, limits: { ...all.limits, bad: null } })).toBeNull();
});
