/** Rolling out in stages: plan, start, step by step to everybody; halt, go on, and grade what is seen. */

import * as v from 'valibot';
import type { BlindPair, PlannedRollout, RolloutView } from '../entities.ts';
import { between, clock, id, line, moment, slug, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { guardBounds } from '../rules/guards.ts';
import { limits } from '../rules/limits.ts';

const route = v.optional(slug);
const because = line(limits.reason);
const step = v.strictObject({ route });
const preset = v.picklist(['careful', 'usual', 'quick']);
/** Names of shifts. */
const shifts = v.array(line(limits.name));
/**
 * Whom the canary stages reach instead of a percentage, and in which shifts alone; where shifts alone are named, everybody
 * then. All empty: the preset's percentages.
 */
const audience = {
  stations: v.optional(v.array(id), []),
  lines: v.optional(v.array(line(limits.name)), []),
  during: v.optional(shifts, []),
};
const day = v.pipe(v.string(), v.isoDate());
const calendar = v.strictObject({
  startAt: v.nullable(moment),
  shifts: v.pipe(v.array(v.strictObject({ from: clock, to: clock })), v.maxLength(10)),
  blackouts: v.pipe(v.array(v.strictObject({ from: day, to: day })), v.maxLength(50)),
});
const stage = v.strictObject({
  leastAnswers: whole(0, 100_000),
  leastHours: whole(0, 10_000),
  percent: whole(0, 100),
  stations: v.array(id),
  lines: v.array(line(limits.name)),
  /** Names; left out: as before. */
  during: v.optional(shifts),
});
const bounded = ({ least, most }: { readonly least: number; readonly most: number }) => between(least, most);
/** Which share is declared right, and which must be excluded before it goes on. */
const limit = v.pipe(
  v.strictObject({ tolerated: bounded(guardBounds.tolerated), unacceptable: bounded(guardBounds.unacceptable) }),
  v.forward(
    v.check(({ tolerated, unacceptable }) => tolerated < unacceptable),
    ['unacceptable'],
  ),
);
/** All that is declared of the guards; null: that one watches nothing. What people grade is always watched. */
const guards = v.strictObject({
  alpha: bounded(guardBounds.alpha),
  beta: bounded(guardBounds.beta),
  baseline: v.picklist(['declared', 'present']),
  slowSeconds: bounded(guardBounds.slowSeconds),
  longestAnswer: whole(guardBounds.longestAnswer.least, guardBounds.longestAnswer.most),
  limits: v.strictObject({
    bad: limit,
    empty: v.nullable(limit),
    loop: v.nullable(limit),
    unended: v.nullable(limit),
    refusal: v.nullable(limit),
    latency: v.nullable(limit),
    length: v.nullable(limit),
    divergence: v.nullable(limit),
  }),
});
const edit = {
  route,
  stages: v.pipe(v.array(stage), v.minLength(1), v.maxLength(10)),
  forbidden: v.array(line(limits.name)),
  calendar,
  /** What answers are measured against; left out, that stays. Only of a draft: nobody chooses it who has seen answers. */
  guards: v.optional(guards),
};
const draft = {
  route,
  adapterId: id,
  preset,
  ...audience,
  forbidden: v.optional(v.array(line(limits.name)), []),
  calendar: v.optional(calendar),
  /** Left out: the usual ones. */
  guards: v.optional(guards),
  /** It is to start right afterwards, perhaps for a reason: what a start would wait for is told before anything is measured. */
  starts: v.optional(v.strictObject({ insistBecause: v.optional(because) })),
};
const stepped = { output: gives<RolloutView>(), permission: 'release' } as const;

export const rolloutRequests = {
  /** The newest rollout of a route; null: there was none. */
  'rollouts.current': query({
    input: step,
    output: gives<RolloutView | null>(),
    permission: 'read',
    staleAfter: ['rollouts', 'releases', 'answers', 'stations', 'evaluations', 'project'],
  }),
  /** The presets, with whom each stage would reach and how long its guards would need. */
  'rollouts.presets': query({
    input: v.strictObject({ route, ...audience, guards: v.optional(guards) }),
    output: gives<readonly PlannedRollout[]>(),
    permission: 'read',
    staleAfter: ['rollouts', 'releases', 'answers', 'stations'],
  }),
  /** Proves the adapter and writes the plan down; nobody is answered otherwise yet. A draft that stands is edited, and its approval is gone. */
  'rollouts.draft': command({ input: v.strictObject(draft), ...stepped }),
  /**
   * What is still ahead of a plan, in draft, shadow or canary: one entry for each of its stages. Its approval is gone, and
   * who edited it stands for it.
   */
  'rollouts.edit': command({ input: v.strictObject(edit), ...stepped }),
  /** Gives up a plan, or a rollout that was halted. */
  'rollouts.withdraw': command({ input: step, ...stepped }),
  /** By somebody other than the one who drafted it. */
  'rollouts.approve': command({ input: step, ...stepped }),
  /** The first stage. Criteria, proof and approval are looked at now. */
  'rollouts.start': command({ input: v.strictObject({ route, insistBecause: v.optional(because) }), ...stepped }),
  /** The next stage or, from full, the end. Whoever goes on although something is missing gives a reason. */
  'rollouts.promote': command({ input: v.strictObject({ route, insistBecause: v.optional(because) }), ...stepped }),
  /** The present release answers the next question. */
  'rollouts.halt': command({ input: v.strictObject({ route, because }), ...stepped }),
  /** After a halt, in the stage where it was. The guards begin anew from here, so somebody must say why. */
  'rollouts.resume': command({ input: v.strictObject({ route, because }), ...stepped }),
  /** Shadow pairs that nobody has graded, oldest first, sides blinded. */
  'rollouts.pairs': query({
    input: step,
    output: gives<readonly BlindPair[]>(),
    permission: 'ask',
    staleAfter: ['rollouts', 'answers'],
  }),
  'rollouts.gradePair': command({
    input: v.strictObject({
      pairId: id,
      grade: v.picklist(['left', 'same', 'right', 'left-dangerous', 'right-dangerous']),
    }),
    /** How many are left. */
    output: gives<{ readonly left: number }>(),
    permission: 'ask',
  }),
};

export const rolloutEvents = [
  'rollout.drafted',
  'rollout.edited',
  'rollout.withdrawn',
  'rollout.approved',
  'rollout.started',
  'rollout.advanced',
  'rollout.finished',
  'rollout.halted',
  'rollout.resumed',
  'rollout.crashed',
  'pair.graded',
] as const;
