/** A plan that is being edited: each of its stages, and what holds for all of them. */

import type { RequestInput, RolloutView } from '../../../src-main/contract/index.ts';
import { linesOf } from '../../lib/lines.ts';
import { CalendarDraft } from './calendar-draft.svelte.ts';
import { GuardDraft } from './guard-draft.svelte.ts';

type StageInput = RequestInput<'rollouts.edit'>['stages'][number];

export class PlanEdit {
  stages = $state<StageInput[]>([]);
  /** One phrase a line. */
  forbidden = $state('');
  readonly calendar: CalendarDraft;
  /** null: it has begun, and nobody chooses any more what answers are measured against. */
  readonly guards: GuardDraft | null;

  constructor({ plan, stage: at }: Pick<RolloutView, 'plan' | 'stage'>) {
    this.guards = at < 0 ? new GuardDraft(plan.guards) : null;
    this.stages = plan.stages.map((stage) => {
      const {
        stations,
        lines,
        percent,
        during = [],
      } = stage.kind === 'canary' ? stage.audience : { stations: [], lines: [], percent: 0 };
      const { answers: leastAnswers, hours: leastHours } = stage.gate;
      return {
        ...{ leastAnswers, leastHours, percent, stations: [...stations], lines: [...lines] },
        during: during.map(({ name }) => name),
      };
    });
    this.forbidden = plan.guards.forbidden.join('\n');
    this.calendar = new CalendarDraft(plan.calendar);
  }

  choose(stage: number, what: 'stations' | 'lines' | 'during', value: string, on: boolean): void {
    const present = this.stages[stage]!;
    const rest = (present[what] ?? []).filter((each) => each !== value);
    this.stages[stage] = { ...present, [what]: on ? [...rest, value] : rest };
  }

  value(): Omit<RequestInput<'rollouts.edit'>, 'route'> {
    return {
      stages: $state.snapshot(this.stages),
      forbidden: linesOf(this.forbidden),
      calendar: this.calendar.value(),
      guards: this.guards?.value(),
    };
  }
}
