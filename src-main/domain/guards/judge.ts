/**
 * Verdicts from stored events alone: replaying them gives the same verdicts again, whatever else was kept or lost. A replay
 * takes each event once, so that the hundred-thousandth answer costs what the first did; only a corrected grade reads all
 * grades again.
 * Halt: the evidence against "within the tolerance" has reached 1/α. Go: the evidence against "unacceptable" has reached
 * 1/β. In between nobody knows yet, and how many good answers would settle it is said. Nothing starts anew at a step.
 */

import type {
  GuardEvent,
  GuardLimit,
  GuardName,
  GuardPlan,
  GuardReport,
  GuardState,
  GuardVerdict,
  HardStop,
} from '../../contract/entities/rollout.ts';
import { hardStops } from '../../contract/rules/guards.ts';
import { Curve, type MarkedPoint } from './curve.ts';
import { type CandidateAnswer, type Observation, Outcomes } from './outcomes.ts';
import { differenceProcess, meanProcess, type Process, rateProcess } from './process.ts';
import { activeGuards, alphaOf, type WatchedRow } from './table.ts';
import { Watch } from './watch.ts';

/** Causes shown. */
const mostCauses = 20;

/** @param events of this rollout, in order */
export function judge(events: readonly GuardEvent[], plan: GuardPlan): GuardReport {
  const replay = new GuardReplay(plan);
  for (const event of events) replay.add(event);
  return replay.report();
}

/** The guard that was nearest to halting, behind an event. */
export interface NearestGuard {
  readonly sequence: number;
  readonly guard: GuardName;
}

export class GuardReplay {
  /** After full; null where bad answers are not watched. */
  readonly watch: Watch | null;
  readonly #outcomes = new Outcomes();
  readonly #guards: readonly WatchedGuardReplay[];
  readonly #plan: GuardPlan;
  /** After each event. */
  readonly #nearness = new Curve<NearestGuard>();

  constructor(plan: GuardPlan) {
    this.#plan = plan;
    const alpha = alphaOf(plan);
    this.#guards = activeGuards(plan).map((row) => new WatchedGuardReplay(row, plan, alpha));
    this.watch = plan.limits.bad && new Watch(plan.limits.bad);
  }

  add(event: GuardEvent): void {
    const { answer, graded } = this.#outcomes.add(event);
    if (answer) for (const guard of this.#guards) guard.addAnswer(answer, this.#plan);
    if (graded === null) for (const each of [...this.#guards, this.watch]) each?.readAgain();
    for (const each of graded ?? this.#outcomes.graded()) this.#addGraded(each);
    this.#measure(event.sequence);
  }

  /** How near guards came to halting, as it was known after each event: log E in shares of the line; 1 halts. */
  nearness(): readonly MarkedPoint<NearestGuard>[] {
    return this.#nearness.marked();
  }

  /** The guards that say halt, with their causes: all that an answer needs to know. */
  halting(): readonly Pick<GuardState, 'name' | 'test' | 'causes'>[] {
    const crossed = this.#guards.filter((guard) => guard.crossed).map((guard) => guard.cause());
    const stopped = hardStops.map((name) => hardStop(name, this.#outcomes)).filter(({ verdict }) => verdict === 'halt');
    return [...crossed, ...stopped];
  }

  /** Answers of the candidate behind a place in the sequence. */
  answersAfter(sequence: number): number {
    const { answers } = this.#outcomes;
    let [low, high] = [0, answers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (answers[middle]!.sequence > sequence) high = middle;
      else low = middle + 1;
    }
    return answers.length - low;
  }

  report(): GuardReport {
    const { answers, ungraded } = this.#outcomes;
    const guards = [
      ...this.#guards.map((guard) => guard.state()),
      ...hardStops.map((name) => hardStop(name, this.#outcomes)),
    ];
    const verdict = worst(guards.map((guard) => guard.verdict));
    const holding = guards.filter((guard) => guard.verdict === 'hold').map(({ needed }) => needed);
    return {
      verdict,
      needed: verdict === 'hold' && holding.every((needed) => needed !== null) ? Math.max(...holding) : null,
      guards,
      answers: answers.length,
      ungraded,
    };
  }

  #measure(sequence: number): void {
    const stopped = hardStops.find((name) => this.#outcomes.stops[name] > 0);
    let [guard, value]: [GuardName, number] = [stopped ?? this.#guards[0]?.name ?? 'crash', stopped ? 1 : 0];
    for (const each of this.#guards) if (each.nearness > value) [guard, value] = [each.name, each.nearness];
    this.#nearness.add(value, { sequence, guard });
  }

  #addGraded(observation: Observation): void {
    for (const guard of this.#guards) guard.addGraded(observation);
    if (observation.arm === 'candidate') this.watch?.add(observation);
  }
}

class WatchedGuardReplay {
  readonly #row: WatchedRow;
  readonly #limit: GuardLimit;
  readonly #compared: boolean;
  readonly #begin: () => Process;
  /** ln 1/α. */
  readonly #line: number;
  #process: Process;
  #curve = new Curve();
  #bad = 0;
  #total = 0;
  #causes: string[] = [];
  #crossed = false;

  constructor(row: WatchedRow, plan: GuardPlan, alpha: number) {
    const limit = plan.limits[row.name]!;
    this.#row = row;
    this.#limit = limit;
    this.#line = -Math.log(alpha);
    this.#compared = row.name === 'bad' && plan.baseline === 'present';
    const kind = this.#compared ? differenceProcess : row.test === 'rate' ? rateProcess : meanProcess;
    this.#begin = () => kind(limit, plan.beta);
    this.#process = this.#begin();
  }

  /** What once crossed the line stays over it: good answers afterwards prove nothing about the bad ones. */
  get crossed(): boolean {
    return this.#crossed;
  }

  get name(): GuardName {
    return this.#row.name;
  }

  /** 1 once it has crossed its line. */
  get nearness(): number {
    return this.#crossed ? 1 : Math.max(0, (this.#curve.last * Math.LN10) / this.#line);
  }

  addAnswer({ answerId, facts }: CandidateAnswer, plan: GuardPlan): void {
    const value = this.#row.read?.(facts, plan) ?? null;
    if (value !== null) this.#add({ answerId, arm: 'candidate', value });
  }

  addGraded(observation: Observation): void {
    if (this.#row.read === null && (this.#compared || observation.arm === 'candidate')) this.#add(observation);
  }

  /** Forgets what grades said, because one was corrected. */
  readAgain(): void {
    if (this.#row.read !== null) return;
    this.#process = this.#begin();
    [this.#curve, this.#bad, this.#total, this.#causes, this.#crossed] = [new Curve(), 0, 0, [], false];
  }

  cause(): Pick<GuardState, 'name' | 'test' | 'causes'> {
    const { name, test } = this.#row;
    return { name, test: this.#compared ? 'two-sample' : test, causes: this.#causes.toReversed() };
  }

  state(): GuardState {
    const settled = this.#crossed ? null : this.#process.needed();
    return {
      ...this.cause(),
      denominator: this.#row.denominator,
      limit: this.#limit,
      bad: this.#bad,
      total: this.#total,
      curve: this.#curve.points(),
      line: this.#line / Math.LN10,
      verdict: this.#crossed ? 'halt' : settled === 0 ? 'go' : 'hold',
      needed: settled === 0 ? null : settled,
    };
  }

  #add(observation: Observation): void {
    const evidence = this.#process.add(observation);
    this.#crossed ||= evidence >= this.#line;
    this.#curve.add(evidence / Math.LN10, null);
    if (observation.arm !== 'candidate') return;
    this.#bad += observation.value;
    this.#total += 1;
    if (observation.value <= this.#limit.tolerated) return;
    this.#causes.push(observation.answerId);
    if (this.#causes.length > mostCauses) this.#causes.shift();
  }
}

/** One event is enough. None says little: with 95 % confidence a rate under 3/n (Hanley & Lippman-Hand 1983). */
function hardStop(name: HardStop, outcomes: Outcomes): GuardState {
  const bad = outcomes.stops[name];
  const total = outcomes.answers.length;
  const verdict: GuardVerdict = bad > 0 ? 'halt' : total > 0 ? 'go' : 'hold';
  return {
    name,
    test: 'hard-stop',
    denominator: 'answers',
    limit: null,
    bad,
    total,
    curve: [],
    line: null,
    verdict,
    needed: verdict === 'hold' ? 1 : null,
    causes: bad === 0 ? [] : stopCauses(name, outcomes).toReversed().slice(0, mostCauses),
  };
}

function stopCauses(name: HardStop, { answers, crashes, grades }: Outcomes): readonly string[] {
  if (name === 'crash') return crashes;
  return answers
    .filter(({ answerId, facts }) => (name === 'dangerous' ? grades.get(answerId) === 'dangerous' : facts[name]))
    .map(({ answerId }) => answerId);
}

function worst(verdicts: readonly GuardVerdict[]): GuardVerdict {
  return verdicts.includes('halt') ? 'halt' : verdicts.includes('hold') ? 'hold' : 'go';
}
