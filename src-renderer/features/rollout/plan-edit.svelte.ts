/** A plan that is being edited: each of its stages, and what holds for all of them. */

import type { GuardPlan, RequestInput, RolloutView } from '../../../src-main/contract/index.ts';
import { linesOf } from '../../lib/lines.ts';
import { CalendarDraft } from './calendar-draft.svelte.ts';

type StageInput = RequestInput<'rollouts.edit'>['stages'][number];

/** Without the tail that a product of two shares has. */
const inPercent = (share: number): number => Number((share * 100).toFixed(2));

export class PlanEdit {
  stages = $state<StageInput[]>([]);
  /** One phrase a line. */
  forbidden = $state('');
  /** Of bad answers, in percent. */
  tolerated = $state(0);
  unacceptable = $state(0);
  baseline = $state<GuardPlan['baseline']>('declared');
  readonly calendar: CalendarDraft;

  readonly #begun: boolean;

  constructor({ plan, stage: at }: Pick<RolloutView, 'plan' | 'stage'>) {
    this.#begun = at >= 0;
    this.tolerated = inPercent(plan.guards.limits.bad?.tolerated ?? 0);
    this.unacceptable = inPercent(plan.guards.limits.bad?.unacceptable ?? 0);
    this.baseline = plan.guards.baseline;
    this.stages = plan.stages.map((stage) => {
      const { stations, lines, percent } =
        stage.kind === 'canary' ? stage.audience : { stations: [], lines: [], percent: 0 };
      const { answers: leastAnswers, hours: leastHours } = stage.gate;
      return { leastAnswers, leastHours, percent, stations: [...stations], lines: [...lines] };
    });
    this.forbidden = plan.guards.forbidden.join('\n');
    this.calendar = new CalendarDraft(plan.calendar);
  }

  choose(stage: number, what: 'stations' | 'lines', value: string, on: boolean): void {
    const present = this.stages[stage]!;
    const rest = present[what].filter((each) => each !== value);
    this.stages[stage] = { ...present, [what]: on ? [...rest, value] : rest };
  }

  value(): Omit<RequestInput<'rollouts.edit'>, 'route'> {
    return {
      stages: $state.snapshot(this.stages),
      forbidden: linesOf(this.forbidden),
      calendar: this.calendar.value(),
      bad: this.#begun
        ? undefined
        : { tolerated: this.tolerated / 100, unacceptable: this.unacceptable / 100, baseline: this.baseline },
    };
  }
}
