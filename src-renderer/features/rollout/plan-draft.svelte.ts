/** A rollout before it begins: what somebody chose, and the two requests that write it down and start it. */

import type { ErrorReport, GuardPlan, PlanPreset, RolloutView, Station } from '../../../src-main/contract/index.ts';
import { Action } from '../../lib/action.svelte.ts';
import type { Client } from '../../lib/client.ts';
import { linesOf } from '../../lib/lines.ts';
import { CalendarDraft } from './calendar-draft.svelte.ts';
import { GuardDraft } from './guard-draft.svelte.ts';

export const planPresets: readonly PlanPreset[] = ['careful', 'usual', 'quick'];

/** A fifth of so many is at least one, nearly always. */
const fewStations = 15;

export class PlanDraft {
  readonly #draft: Action<'rollouts.draft'>;
  readonly #start: Action<'rollouts.start'>;
  #chosen = false;

  preset = $state<PlanPreset>('usual');
  /** Whom the canary reaches by name; none: the share of the preset. */
  stations = $state.raw<readonly string[]>([]);
  /** Names of the shifts in which alone the canary is met; none: at any hour. */
  during = $state.raw<readonly string[]>([]);
  readonly calendar = new CalendarDraft();
  /** null: not known yet, so the usual ones. */
  guards = $state.raw<GuardDraft | null>(null);
  /** One phrase a line. */
  forbidden = $state('');

  constructor(client: Client) {
    this.#draft = new Action(client, 'rollouts.draft');
    this.#start = new Action(client, 'rollouts.start');
  }

  get busy(): boolean {
    return this.#draft.busy || this.#start.busy;
  }

  get error(): ErrorReport | null {
    return this.#draft.error ?? this.#start.error;
  }

  /** Once: with few stations a share of them is often nobody, so one is named until somebody chooses otherwise. */
  suggest(stations: readonly Station[]): void {
    if (this.#chosen || stations.length === 0) return;
    this.#chosen = true;
    if (stations.length < fewStations) this.stations = [stations[0]!.id];
  }

  /** Once: what is typed stays, whatever is read later. */
  begunWith(guards: GuardPlan): void {
    this.guards ??= new GuardDraft(guards);
  }

  choose(stationId: string, on: boolean): void {
    this.#chosen = true;
    const rest = this.stations.filter((id) => id !== stationId);
    this.stations = on ? [...rest, stationId] : rest;
  }

  chooseShift(name: string, on: boolean): void {
    const rest = this.during.filter((each) => each !== name);
    this.during = on ? [...rest, name] : rest;
  }

  /** Where a second person must approve first, the plan is written down and waits. undefined: refused, see `error`. */
  async begin(adapterId: string, route?: string, insistBecause?: string): Promise<RolloutView | undefined> {
    // Planned for later, it begins by itself.
    const starts = this.calendar.startAt === '' ? { insistBecause } : undefined;
    const drafted = await this.#draft.run({
      adapterId,
      route,
      preset: this.preset,
      stations: [...this.stations],
      during: [...this.during],
      forbidden: linesOf(this.forbidden),
      calendar: this.calendar.value(),
      guards: this.guards?.value(),
      starts,
    });
    if (drafted?.next !== 'start' || !starts) return drafted;
    return this.#start.run({ route, insistBecause });
  }
}
