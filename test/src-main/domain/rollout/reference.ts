/** The route written down once more, as plainly as possible: a list of what happened, searched from its end every time. */

import type { RolloutPlan, RouteStep } from '../../../../src-main/contract/entities/rollout.ts';

export type Step = RouteStep & { readonly by: string };

export interface ReferenceAnswer {
  readonly everybody: string | null;
  readonly state: string | null;
}

const over = ['finished', 'reverted', 'superseded'];

/** What everybody gets whom no canary answers, and the state of the newest rollout; null where a step was not allowed. */
export class ReferenceRoute {
  private everybody: (string | null)[] = [null];
  private rollout: {
    id: string;
    by: string;
    approved: boolean;
    state: string;
    stage: number;
    candidate: string;
    plan: RolloutPlan;
  } | null = null;
  private before: string | null = null;

  answer(): ReferenceAnswer {
    const full = this.rollout?.state === 'full';
    return { everybody: full ? this.rollout!.candidate : this.everybody.at(-1)!, state: this.rollout?.state ?? null };
  }

  /** false: refused, and nothing changed. */
  take(step: Step): boolean {
    const { rollout } = this;
    if (!('rolloutId' in step)) {
      const word = step.action === 'apply' ? 'superseded' : 'reverted';
      if (rollout)
        rollout.state =
          rollout.state === 'finished' ? 'superseded' : over.includes(rollout.state) ? rollout.state : word;
      this.before = step.action === 'apply' ? this.everybody.at(-1)! : step.target;
      this.everybody.push(step.target);
      return true;
    }
    if (step.action === 'draft') {
      if (rollout && ['shadow', 'canary', 'full'].includes(rollout.state)) return false;
      const { rolloutId: id, by, candidate, plan } = step;
      this.rollout = { id, by, approved: false, state: 'draft', stage: -1, candidate, plan };
      return true;
    }
    if (!rollout || rollout.id !== step.rolloutId) return false;
    const here = rollout.state;
    if (step.action === 'edit') {
      const begun = here === 'shadow' || here === 'canary';
      if (here !== 'draft' && !begun) return false;
      const upToHere = ({ stages }: RolloutPlan) =>
        JSON.stringify(stages.slice(0, rollout.stage + 1).map((s) => s.kind));
      if (begun && (step.candidate !== rollout.candidate || upToHere(step.plan) !== upToHere(rollout.plan)))
        return false;
      Object.assign(rollout, { candidate: step.candidate, plan: step.plan, by: step.by, approved: false });
      return true;
    }
    if (step.action === 'approve') {
      if (!['draft', 'shadow', 'canary'].includes(here) || step.by === rollout.by) return false;
      rollout.approved = true;
      return true;
    }
    if (step.action === 'withdraw') {
      if (here !== 'draft' && here !== 'halted') return false;
      rollout.state = 'superseded';
      return true;
    }
    if (step.action === 'halt') {
      if (!['shadow', 'canary', 'full', 'finished'].includes(here)) return false;
      if (here === 'finished') this.everybody.push(this.before);
      this.before = this.everybody.at(-1)!;
      rollout.state = 'halted';
      return true;
    }
    if (step.action === 'finish') {
      if (here !== 'full') return false;
      this.before = this.everybody.at(-1)!;
      this.everybody.push(rollout.candidate);
      rollout.state = 'finished';
      return true;
    }
    const from = { start: ['draft'], advance: ['shadow', 'canary'], resume: ['halted'] }[step.action];
    if (!from.includes(here)) return false;
    if (step.action !== 'resume' && rollout.plan.secondPerson && !rollout.approved) return false;
    if (step.action !== 'resume') rollout.stage += 1;
    rollout.state = rollout.plan.stages[rollout.stage]!.kind;
    return true;
  }
}
