/**
 * Verdicts from stored events alone: replaying them gives the same verdicts again, whatever else was kept or lost.
 * Halt: the evidence against "within the tolerance" has reached 1/α. Go: the evidence against "unacceptable" has reached
 * 1/β. In between nobody knows yet, and how many good answers would settle it is said. Nothing starts anew at a step.
 */

import type {
  GuardEvent,
  GuardLimit,
  GuardPlan,
  GuardReport,
  GuardState,
  GuardVerdict,
  HardStop,
} from '../../contract/entities/rollout.ts';
import { betAbove, betBelow, evidenceOf, noCapital } from './mean.ts';
import { type Observation, type Outcomes, readOutcomes } from './outcomes.ts';
import { evidenceAbove, evidenceBelow, rateBounds } from './rate.ts';
import { activeGuards, alphaOf, hardStops, type WatchedRow } from './table.ts';
import { compareBlock, noComparison } from './two-sample.ts';

/** Causes shown. */
const mostCauses = 20;
/** More good answers than any plant waits for. */
const mostNeeded = 10_000;
/** Most answers of the present release that one of the candidate is compared with. */
const largestBlock = 8;

/** @param events of this rollout, in order */
export function judge(events: readonly GuardEvent[], plan: GuardPlan): GuardReport {
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
    curve: judged.curve.map((evidence) => evidence / Math.LN10),
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
