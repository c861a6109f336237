/** The guards in the plainest way: all events read anew each time. What the replay says is held to it. */

import type {
  AnswerFacts,
  Arm,
  Grade,
  GuardEvent,
  GuardLimit,
  GuardPlan,
  GuardReport,
  GuardState,
  GuardVerdict,
  HardStop,
  WatchState,
} from '../../../../src-main/contract/entities/rollout.ts';
import { hardStops } from '../../../../src-main/contract/rules/guards.ts';
import { addToCusum, alarms } from '../../../../src-main/domain/guards/cusum.ts';
import { betAbove, betBelow, evidenceOf, noCapital } from '../../../../src-main/domain/guards/mean.ts';
import { evidenceAbove, evidenceBelow, rateBounds } from '../../../../src-main/domain/guards/rate.ts';
import { activeGuards, alphaOf, type WatchedRow } from '../../../../src-main/domain/guards/table.ts';
import { compareBlock, noComparison } from '../../../../src-main/domain/guards/two-sample.ts';

const mostCauses = 20;
const mostNeeded = 10_000;
const largestBlock = 8;

interface Observation {
  readonly answerId: string;
  readonly arm: Arm;
  /** 1 or 0 for a rate, 0 to 1 for a mean. */
  readonly value: number;
}

interface Outcomes {
  /** Of the candidate, in order. */
  readonly answers: readonly { readonly answerId: string; readonly facts: AnswerFacts }[];
  /** Bad (1) or not (0), of both arms, in the order in which they were first graded. */
  readonly graded: readonly Observation[];
  readonly grades: ReadonlyMap<string, Grade>;
  /** Questions at which the engine ended. */
  readonly crashes: readonly string[];
}

function readOutcomes(events: readonly GuardEvent[]): Outcomes {
  const arms = new Map<string, Arm>();
  const answers: { answerId: string; facts: AnswerFacts }[] = [];
  // A map keeps the place of the first grade and the word of the last.
  const grades = new Map<string, Grade>();
  const crashes: string[] = [];
  for (const event of events) {
    const { answerId } = event;
    if (event.kind === 'crash') crashes.push(answerId);
    else if (event.kind === 'grade') grades.set(answerId, event.grade);
    else {
      arms.set(answerId, event.arm);
      if (event.arm === 'candidate') answers.push({ answerId, facts: event.facts });
    }
  }
  const graded = [...grades].flatMap(([answerId, grade]) => readGrade(answerId, arms.get(answerId), grade));
  return { answers, graded, grades, crashes };
}

/** A shadow pair speaks of both sides: one is worse than the other, or neither is. */
function readGrade(answerId: string, arm: Arm | undefined, grade: Grade): readonly Observation[] {
  if (arm === undefined) return [];
  if (grade === 'right') return [{ answerId, arm, value: 0 }];
  if (grade === 'wrong' || grade === 'andon') return [{ answerId, arm, value: 1 }];
  const candidateBad = grade === 'worse' || grade === 'dangerous';
  return [
    { answerId, arm: 'present', value: Number(grade === 'better') },
    { answerId, arm: 'candidate', value: Number(candidateBad) },
  ];
}

/** @param events of this rollout, in order */
export function judgeAnew(events: readonly GuardEvent[], plan: GuardPlan): GuardReport {
  const outcomes = readOutcomes(events);
  const alpha = alphaOf(plan);
  const guards = [
    ...activeGuards(plan).map((row) => judgeWatched(row, plan.limits[row.name]!, outcomes, plan, alpha)),
    ...hardStops.map((name) => judgeHardStop(name, outcomes)),
  ];
  const verdict = worst(guards.map((guard) => guard.verdict));
  const holding = guards.filter((guard) => guard.verdict === 'hold').map(({ needed }) => needed);
  return {
    verdict,
    needed: verdict === 'hold' && holding.every((needed) => needed !== null) ? Math.max(...holding) : null,
    guards,
    answers: outcomes.answers.length,
    ungraded: outcomes.answers.filter(({ answerId }) => !outcomes.grades.has(answerId)).length,
  };
}

function judgeWatched(
  row: WatchedRow,
  limit: GuardLimit,
  outcomes: Outcomes,
  plan: GuardPlan,
  alpha: number,
): GuardState {
  const { read } = row;
  const observed: readonly Observation[] =
    read === null
      ? outcomes.graded.filter(({ arm }) => arm === 'candidate')
      : outcomes.answers.flatMap(({ answerId, facts }) => {
          const value = read(facts, plan);
          return value === null ? [] : [{ answerId, arm: 'candidate' as const, value }];
        });
  const compared = row.name === 'bad' && plan.baseline === 'present';
  const test = compared ? 'two-sample' : row.test;
  const judged = compared
    ? judgeDifference(outcomes.graded, limit, plan.beta)
    : row.test === 'rate'
      ? judgeRate(observed, limit, plan.beta)
      : judgeMean(observed, limit, plan.beta);
  const line = -Math.log(alpha);
  // What once crossed the line stays over it: good answers afterwards prove nothing about the bad ones.
  const crossed = judged.curve.some((evidence) => evidence >= line);
  return {
    name: row.name,
    test,
    denominator: row.denominator,
    limit,
    bad: observed.reduce((sum, { value }) => sum + value, 0),
    total: observed.length,
    curve: judged.curve.map((evidence, index) => ({ count: index + 1, value: evidence / Math.LN10 })),
    line: line / Math.LN10,
    verdict: crossed ? 'halt' : judged.needed === 0 ? 'go' : 'hold',
    needed: crossed || judged.needed === 0 ? null : judged.needed,
    causes: observed
      .filter(({ value }) => value > limit.tolerated)
      .map(({ answerId }) => answerId)
      .reverse()
      .slice(0, mostCauses),
  };
}

interface Judged {
  /** ln E after each observation. */
  readonly curve: readonly number[];
  /** Good observations still needed; null where it cannot be told. */
  readonly needed: number | null;
}

function judgeRate(observed: readonly Observation[], { tolerated, unacceptable }: GuardLimit, beta: number): Judged {
  let bad = 0;
  const curve = observed.map(({ value }, index) => {
    bad += value;
    return evidenceAbove({ bad, total: index + 1 }, tolerated);
  });
  const enough = -Math.log(beta);
  const total = observed.length;
  const goes = (more: number) =>
    total + more > 0 && evidenceBelow({ bad, total: total + more }, unacceptable, tolerated) >= enough;
  return { curve, needed: leastThat(goes) };
}

function judgeMean(observed: readonly Observation[], { tolerated, unacceptable }: GuardLimit, beta: number): Judged {
  let above = noCapital;
  let below = noCapital;
  const curve = observed.map(({ value }) => {
    above = betAbove(above, value, tolerated);
    below = betBelow(below, value, unacceptable);
    return evidenceOf(above);
  });
  let capital = below;
  // A good value is one at the tolerance.
  for (let more = 0; more <= mostNeeded; more += 1) {
    if (evidenceOf(capital) >= -Math.log(beta)) return { curve, needed: more };
    capital = betBelow(capital, tolerated, unacceptable);
  }
  return { curve, needed: null };
}

/** Against the present release: go where the candidate's rate is at most the present's plus the gap that was declared. */
function judgeDifference(
  graded: readonly Observation[],
  { tolerated, unacceptable }: GuardLimit,
  beta: number,
): Judged {
  const waiting = { present: [] as boolean[], candidate: [] as boolean[] };
  const counts = { present: { bad: 0, total: 0 }, candidate: { bad: 0, total: 0 } };
  let comparison = noComparison;
  const curve = graded.map(({ arm, value }) => {
    counts[arm].bad += value;
    counts[arm].total += 1;
    waiting[arm].push(value === 1);
    while (waiting.present.length > 0 && waiting.candidate.length > 0) {
      const block = waiting.present.splice(0, largestBlock);
      comparison = compareBlock(comparison, block, waiting.candidate.shift()!);
    }
    return comparison.evidence;
  });
  const gap = unacceptable - tolerated;
  const { present, candidate } = counts;
  const low = rateBounds(present, beta / 2).low;
  const goes = (more: number) =>
    present.total > 0 && rateBounds({ bad: candidate.bad, total: candidate.total + more }, beta / 2).high <= low + gap;
  return { curve, needed: leastThat(goes) };
}

/** One event is enough. None says little: with 95 % confidence a rate under 3/n (Hanley & Lippman-Hand 1983). */
function judgeHardStop(name: HardStop, { answers, crashes, grades }: Outcomes): GuardState {
  const causes =
    name === 'crash'
      ? crashes
      : answers
          .filter(({ answerId, facts }) => (name === 'dangerous' ? grades.get(answerId) === 'dangerous' : facts[name]))
          .map(({ answerId }) => answerId);
  const verdict: GuardVerdict = causes.length > 0 ? 'halt' : answers.length > 0 ? 'go' : 'hold';
  return {
    name,
    test: 'hard-stop',
    denominator: 'answers',
    limit: null,
    bad: causes.length,
    total: answers.length,
    curve: [],
    line: null,
    verdict,
    needed: verdict === 'hold' ? 1 : null,
    causes: causes.toReversed().slice(0, mostCauses),
  };
}

/** The smallest number from 0 for which something holds that goes on holding; null beyond what anybody waits for. */
function leastThat(holds: (number: number) => boolean): number | null {
  if (holds(0)) return 0;
  let [no, yes] = [0, 1];
  while (!holds(yes)) {
    if (yes >= mostNeeded) return null;
    [no, yes] = [yes, yes * 2];
  }
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}

function worst(verdicts: readonly GuardVerdict[]): GuardVerdict {
  return verdicts.includes('halt') ? 'halt' : verdicts.includes('hold') ? 'hold' : 'go';
}

/** @param events since the candidate answers everybody; null where bad answers are not watched */
export function watchAnew(
  events: readonly GuardEvent[],
  { limits: { bad } }: Pick<GuardPlan, 'limits'>,
  runLength = 2000,
): WatchState | null {
  if (!bad) return null;
  const limits = { ...bad, runLength };
  const graded = readOutcomes(events).graded.filter(({ arm }) => arm === 'candidate');
  let sum = 0;
  const curve = graded.map(({ value }) => (sum = addToCusum(sum, value === 1, limits)));
  return {
    curve: curve.map((value, index) => ({ count: index + 1, value })),
    line: Math.log(runLength),
    alarm: curve.some((value) => alarms(value, limits)),
    runLength,
    causes: graded
      .filter(({ value }) => value === 1)
      .map(({ answerId }) => answerId)
      .reverse()
      .slice(0, mostCauses),
  };
}
