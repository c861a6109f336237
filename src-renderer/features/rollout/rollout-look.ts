/** How a rollout looks: its pipeline from left to right, and what its next step waits for, one line each. */

import type {
  Audience,
  EndingAction,
  GateReason,
  GuardName,
  GuardReport,
  RolloutState,
  RolloutView,
  Stage,
  Transition,
  WorkShift,
} from '../../../src-main/contract/index.ts';
import { guardInWords, hardStops, watchedGuardNames } from '../../../src-main/contract/index.ts';
import { type MessageKey, t, translator } from '../../lib/i18n.svelte.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';

export interface StateLook {
  readonly tone: Tone;
  readonly icon: IconName;
}

/** A state, and the other way in which a plan is superseded: a person took it back. */
export type StateWord = RolloutState | 'withdrawn';

export const stateLooks: Readonly<Record<StateWord, StateLook>> = {
  draft: { tone: 'quiet', icon: 'edit' },
  shadow: { tone: 'candidate', icon: 'half' },
  canary: { tone: 'candidate', icon: 'half' },
  full: { tone: 'candidate', icon: 'half' },
  finished: { tone: 'go', icon: 'check' },
  halted: { tone: 'halt', icon: 'halt' },
  reverted: { tone: 'base', icon: 'revert' },
  superseded: { tone: 'quiet', icon: 'close' },
  withdrawn: { tone: 'quiet', icon: 'close' },
};

export const verdictLooks: Readonly<Record<GuardReport['verdict'], StateLook>> = {
  go: { tone: 'go', icon: 'check' },
  hold: { tone: 'hold', icon: 'half' },
  halt: { tone: 'halt', icon: 'halt' },
};

/** A place in the pipeline: behind the rollout, where it stands, where it ended before its time, or still to come. */
export interface PipelinePlace {
  readonly kind: 'draft' | Stage['kind'] | 'finished';
  readonly audience: Audience | null;
  /** null: the plan itself, or its end. */
  readonly stage: number | null;
  readonly at: 'behind' | 'here' | 'stopped' | 'ahead';
}

type Placed = Pick<RolloutView, 'state' | 'stage' | 'plan' | 'end'>;

export function pipelineOf({ state, stage, plan, end }: Placed): readonly PipelinePlace[] {
  const last = plan.stages.length;
  // The plan stands at 0, its stages from 1, the end behind them.
  const here = state === 'finished' || end?.finished ? last + 1 : stage + 1;
  const stopped = state === 'halted' || state === 'reverted' || state === 'superseded';
  const at = (index: number): PipelinePlace['at'] => {
    if (index !== here) return index < here ? 'behind' : 'ahead';
    if (state === 'finished') return 'behind';
    return stopped ? 'stopped' : 'here';
  };
  return [
    { kind: 'draft', audience: null, stage: null, at: at(0) },
    ...plan.stages.map((each, index) => ({
      kind: each.kind,
      audience: each.kind === 'canary' ? each.audience : null,
      stage: index,
      at: at(index + 1),
    })),
    { kind: 'finished', audience: null, stage: null, at: at(last + 1) },
  ];
}

const endings = { revert: 'reverted', withdraw: 'withdrawn', apply: 'superseded' } as const;

/** How a rollout is called: one that is over by what ended it, so that one reverted after its end counts as reverted, too. */
export const stateWord = (state: RolloutState, endedBy: EndingAction | null): StateWord =>
  endedBy === null ? state : endings[endedBy];

/** Whom the canary reaches in which a rollout stands; undefined: it stands in none. */
export function audienceOf({ plan, stage }: Pick<RolloutView, 'plan' | 'stage'>): Audience | undefined {
  const here = plan.stages[stage];
  return here?.kind === 'canary' ? here.audience : undefined;
}

export const workShiftInWords = ({ name, from, to }: WorkShift): string => t('workShifts.named', { name, from, to });

/** A condition of the next step: what it is, whether it holds, and how far it is. */
export interface GateCheck {
  readonly word: MessageKey;
  readonly open: GateReason | undefined;
  readonly done?: number;
  readonly of?: number;
}

type Gated = Pick<RolloutView, 'state' | 'stage' | 'plan' | 'reasons' | 'stageAnswers'>;

export function gateChecks({ state, stage, plan, reasons, stageAnswers }: Gated): readonly GateCheck[] {
  const find = (...kinds: readonly GateReason['kind'][]) => reasons.find(({ kind }) => kinds.includes(kind));
  const gate = plan.stages[stage]?.gate;
  const checks: GateCheck[] = [{ word: 'gate.criteria', open: find('not-evaluated', 'criteria-unmet') }];
  const calendar = find('too-early', 'shift', 'blackout');
  if (calendar) checks.push({ word: 'gate.calendar', open: calendar });
  if (plan.secondPerson) checks.push({ word: 'gate.approval', open: find('unapproved') });
  if (state === 'draft' || !gate) return checks;
  if (gate.answers > 0)
    checks.push({ word: 'gate.answers', open: find('answers'), done: stageAnswers, of: gate.answers });
  if (gate.hours > 0) checks.push({ word: 'gate.hours', open: find('hours') });
  return [...checks, { word: 'gate.guards', open: find('guards-halt', 'guards-hold') }];
}

/** In the reader's language. */
export const guardWord = (guard: GuardName): string => guardInWords(guard, translator.language);

export const guardNames: readonly GuardName[] = [...watchedGuardNames, ...hardStops];

/** A stretch of time in which the same answered. */
export interface Span {
  readonly sequence: number;
  readonly who: 'base' | 'adapter' | 'candidate';
  /** null: the base. */
  readonly name: string | null;
  readonly at: string;
  /** How long it was, in milliseconds. */
  readonly share: number;
}

/** @param transitions newest first. @returns oldest first */
export function spansOf(transitions: readonly Transition[], now: string): readonly Span[] {
  const ends = [now, ...transitions.map(({ at }) => at)];
  const spans = transitions.map(({ sequence, at, serves, servesName, candidateName, state }, index): Span => {
    const tries = state === 'canary' || state === 'full';
    const who = tries ? 'candidate' : serves === null ? 'base' : 'adapter';
    const share = Math.max(0, Date.parse(ends[index]!) - Date.parse(at));
    return { sequence, at, share, who, name: tries ? candidateName : servesName };
  });
  return spans.toReversed().reduce<readonly Span[]>((joined, span) => {
    const before = joined.at(-1);
    if (before?.who !== span.who || before.name !== span.name) return [...joined, span];
    return [...joined.slice(0, -1), { ...before, share: before.share + span.share }];
  }, []);
}

/** Nobody's reason makes up for these. */
export const isFirm = ({ kind }: GateReason): boolean => kind === 'unapproved' || kind === 'guards-halt';

/** Whether a rollout is between its draft and its end. null: the route never had one. */
export const isUnderWay = (state: RolloutState | null): boolean =>
  state !== null && !['finished', 'reverted', 'superseded'].includes(state);

/** Whether it lets a candidate answer somebody, or waits to go on with that: a revert ends it. */
export const canBeLeft = (state: RolloutState | null): boolean =>
  state !== null && ['shadow', 'canary', 'full', 'halted'].includes(state);
