/** A replay that is told event after event says at each of them what reading all events anew says. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerFacts, Grade, GuardEvent, GuardPlan } from '../../../../src-main/contract/entities/rollout.ts';
import { GuardReplay } from '../../../../src-main/domain/guards/judge.ts';
import { usualGuards } from '../../../../src-main/domain/guards/table.ts';
import { judgeAnew, watchAnew } from './reference.ts';

const all = usualGuards(true);
const plans: readonly GuardPlan[] = [
  all,
  { ...all, baseline: 'present' },
  { ...all, limits: { ...all.limits, bad: null, length: null } },
];
const often = (weight: number) =>
  fc.oneof({ arbitrary: fc.constant(false), weight }, { arbitrary: fc.constant(true), weight: 1 });
const facts: fc.Arbitrary<AnswerFacts> = fc.record({
  characters: fc.integer({ min: 0, max: 900 }),
  seconds: fc.integer({ min: 0, max: 40 }),
  empty: often(3),
  loop: often(9),
  unended: often(9),
  refusal: often(3),
  forbidden: often(60),
  leak: often(60),
  divergence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
});
const grade = fc.constantFrom<Grade>(
  'right',
  'right',
  'right',
  'wrong',
  'andon',
  'better',
  'same',
  'worse',
  'dangerous',
);
/** Answers, some twice graded or corrected, some graded that nobody knows, now and then a crash. */
const happening = fc.oneof(
  { arbitrary: fc.record({ arm: fc.constantFrom('present' as const, 'candidate' as const), facts }), weight: 6 },
  { arbitrary: fc.record({ of: fc.nat(40), grade }), weight: 6 },
  { arbitrary: fc.constant('crash' as const), weight: 1 },
);

function eventsOf(happenings: readonly (typeof happening extends fc.Arbitrary<infer Each> ? Each : never)[]) {
  let answers = 0;
  return happenings.map((each, sequence): GuardEvent => {
    if (each === 'crash') return { kind: 'crash', sequence, answerId: `c${sequence}` };
    if ('of' in each) return { kind: 'grade', sequence, answerId: `a${each.of}`, grade: each.grade };
    return { kind: 'answer', sequence, answerId: `a${(answers += 1)}`, ...each };
  });
}

test('at every event, with every plan', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 80 }), fc.constantFrom(...plans), (happenings, plan) => {
      const events = eventsOf(happenings);
      const replay = new GuardReplay(plan);
      for (const [index, event] of events.entries()) {
        replay.add(event);
        const seen = events.slice(0, index + 1);
        const anew = judgeAnew(seen, plan);
        expect(replay.report()).toEqual(anew);
        expect(replay.watch?.state() ?? null).toEqual(watchAnew(seen, plan));
        const halting = anew.guards.filter(({ verdict }) => verdict === 'halt');
        expect(replay.halting()).toMatchObject(halting.map(({ name, test, causes }) => ({ name, test, causes })));
      }
    }),
    { seed: 1, numRuns: 60 },
  );
});
