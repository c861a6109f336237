/** Keeps what was answered and what people said of it: texts, facts for the guards, grades; and lets the guards look. */

import { isDeepStrictEqual } from 'node:util';
import type { Answer, AnswerFacts, Arm, KeptResult, Grade, RolloutPlan, Route } from '../contract/entities.ts';
import type { OfficeError } from '../contract/errors.ts';
import { factsOf } from '../domain/guards/facts.ts';
import type { EventPlace } from '../store/route-events.ts';
import type { StoredAnswer } from '../store/answers.ts';
import type { Given, GivenAnswer } from './answer-giving.ts';
import type { Context } from './context.ts';
import { type GuardWatch, guardsName, type Halt } from './guard-watch.ts';
import type { Decision } from './router.ts';

export interface AnswerRecords {
  /** A halt that it causes is told. */
  keep(question: string, decision: Decision, given: Given, restingOn: Pick<KeptResult, 'basis' | 'danger'>): KeptResult;
  /** @returns the halt that it caused */
  grade(answer: StoredAnswer, grade: Grade): Halt | null;
  /** What would have answered is not what was proven: kept and told once, however often somebody asks. */
  mismatch(decision: Decision, error: OfficeError): void;
  /** The engine ended while the candidate answered. */
  crash(decision: Decision): Halt | null;
}

/** Changed files in the log that are compared with another one. */
const latestChanges = 100;

export function createAnswerRecords(context: Context, guards: GuardWatch): AnswerRecords {
  const { store } = context;
  const known = new Set<string>();
  const collected = (personal: string) => store.examples.holds(personal);

  const place = (route: Pick<Route, 'id'>, rolloutId: string | null): EventPlace => {
    return { routeId: route.id, rolloutId, by: context.currentOperator(), at: context.now() };
  };

  function tell(halt: Halt | null): Halt | null {
    if (halt) context.publish({ kind: 'halted', by: guardsName, reason: '', ...halt });
    return halt;
  }

  return {
    keep(question, { route, station, position, serving, answers, number, shadow }, given, restingOn) {
      const { rolloutId, arm } = serving;
      const { precision, deviceFallback, firstSeconds } = given;
      const where = place(route, rolloutId);
      const plan = rolloutId === null ? undefined : position.rollout?.plan;
      const read = (given.adapter ?? given.base)!;
      const stationId = station?.id ?? null;
      const answerOf = ({ text, finish }: GivenAnswer, adapter: string | null): Answer => {
        return { text, finish, stamp: { adapter, release: number, precision } };
      };
      const result: KeptResult = {
        ...{ id: context.ids(), question, route: route.name, stationId },
        base: given.base && answerOf(given.base, null),
        adapter: given.adapter && answers && answerOf(given.adapter, answers.adapterName),
        ...restingOn,
        ...{ precision, deviceFallback, seconds: read.seconds, firstSeconds, at: where.at },
      };
      const stored = { routeId: route.id, stationId, rolloutId, question };
      const signed = { by: where.by, at: where.at };
      const asked = {
        // What people ask is theirs: the log learns how much was asked, never what.
        characters: question.length,
        route: route.name,
        release: number ?? 0,
        adapter: given.adapter !== null,
        precision,
        seconds: read.seconds,
        fallback: deviceFallback?.detail ?? null,
      };
      const add = (answer: Pick<StoredAnswer, 'id' | 'releaseId' | 'shadowOf' | 'text' | 'seconds' | 'result'>) =>
        store.answers.add({ ...stored, ...signed, ...answer });
      const event = (answerId: string, of: Arm, answer: GivenAnswer, presentText: string | null) => {
        const facts = plan && factsFor(plan, question, answer, presentText);
        if (facts) store.routeEvents.add({ kind: 'answer', answerId, arm: of, facts }, where);
      };
      const halt = context.change(['answers'], { kind: 'question.asked', subject: result.id, values: asked }, () => {
        add({
          id: result.id,
          releaseId: answers?.id ?? null,
          shadowOf: null,
          text: read.text,
          seconds: read.seconds,
          result,
        });
        const present =
          arm === 'present'
            ? null
            : (given.present?.text ?? (position.present === null ? (given.base?.text ?? null) : null));
        event(result.id, arm, read, present);
        if (given.shadow && shadow) {
          const id = context.ids();
          const { text, seconds } = given.shadow;
          add({ id, releaseId: shadow.id, shadowOf: result.id, text, seconds, result: null });
          event(id, 'candidate', given.shadow, read.text);
        }
        return guards.haltWhereNeeded(route);
      });
      tell(halt);
      return result;
    },
    grade(answer, grade) {
      const route = store.routes.get(answer.routeId)!;
      const where = place(route, answer.rolloutId);
      const happening = { kind: 'answer.graded', subject: answer.id, values: { grade, route: route.name } } as const;
      const halt = context.change(['answers', 'rollouts'], happening, () => {
        store.routeEvents.add({ kind: 'grade', answerId: answer.id, grade }, where);
        return guards.haltWhereNeeded(route);
      });
      return tell(halt);
    },
    mismatch({ route, answers, shadow }, { values }) {
      const told = { file: String(values['file']), route: route.name, release: Number(values['number']) };
      const place = JSON.stringify(told);
      if (known.has(place)) return;
      known.add(place);
      // The look in the background may have been first, or the app before its last start.
      const logged = store.log.newest(latestChanges, { kind: 'release.files-changed' });
      if (logged.some((entry) => isDeepStrictEqual(entry.values, told))) return;
      const subject = (answers ?? shadow)?.adapterName ?? '';
      context.change(['releases', 'rollouts'], { kind: 'release.files-changed', subject, values: told }, () => {});
    },
    crash({ route, serving }) {
      const happening = { kind: 'rollout.crashed', subject: route.name } as const;
      const halt = context.change(['rollouts'], happening, () => {
        store.routeEvents.add({ kind: 'crash', answerId: context.ids() }, place(route, serving.rolloutId));
        return guards.haltWhereNeeded(route);
      });
      return tell(halt);
    },
  };

  function factsFor(
    { guards: { forbidden } }: RolloutPlan,
    question: string,
    answer: GivenAnswer,
    presentText: string | null,
  ): AnswerFacts {
    return factsOf({ question, ...answer, presentText }, { forbidden, collected });
  }
}
