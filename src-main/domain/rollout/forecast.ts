/** What a stage will reach before it begins: which stations, how many answers a day, and how long until guards decide. */

import type { Audience, GuardPlan, StageForecast, Station } from '../../contract/entities.ts';
import { judge } from '../guards/judge.ts';
import { isMeant } from './serving.ts';

export interface FloorActivity {
  readonly stations: readonly Station[];
  /** Answers a day by station id; '' stands for questions without a station. */
  readonly answersADay: ReadonlyMap<string, number>;
  /** Share of answers that somebody grades, from 0 to 1. */
  readonly gradedShare: number;
}

export function forecastStage(
  audience: Audience,
  rolloutId: string,
  { stations, answersADay, gradedShare }: FloorActivity,
  guards: GuardPlan,
): StageForecast {
  const meant = stations.filter((station) => isMeant(audience, rolloutId, station));
  const unnamed = isMeant(audience, rolloutId, null) ? (answersADay.get('') ?? 0) : 0;
  const daily = meant.reduce((sum, { id }) => sum + (answersADay.get(id) ?? 0), unnamed);
  const bad = judge([], guards).guards.find(({ name }) => name === 'bad');
  const gradedADay = daily * gradedShare;
  return {
    stations: meant,
    answersADay: daily,
    daysToDecide: bad?.needed == null || gradedADay === 0 ? null : Math.ceil(bad.needed / gradedADay),
  };
}
