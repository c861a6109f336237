/** What a plan says, asked by the office and shown by every window. */

import type { RolloutPlan, WorkShift } from '../entities.ts';

/** The shifts of all its canaries, with the hours that they had when it was made. */
export const plannedShifts = ({ stages }: Pick<RolloutPlan, 'stages'>): readonly WorkShift[] =>
  stages.flatMap((stage) => (stage.kind === 'canary' ? (stage.audience.during ?? []) : []));
