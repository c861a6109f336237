/** What a stage will reach before it begins: which stations, how many answers a day, and how long until guards decide. */

import type { Audience, GuardPlan, StageForecast, Station } from '../../contract/entities.ts';
import { judge } from '../guards/judge.ts';
import { isMeant } from './serving.ts';
import { isDuring } from './work-shifts.ts';

export interface FloorActivity {
  readonly stations: readonly Station[];
  /** How much is asked a day where and at which minute; '' stands for questions without a station. */
  readonly asked: readonly { readonly stationId: string; readonly at: Date; readonly aDay: number }[];
  /** Share of answers that somebody grades, from 0 to 1. */
  readonly gradedShare: number;
}

export function forecastStage(
  audience: Audience,
  rolloutId: string,
  { stations, asked, gradedShare }: FloorActivity,
  guards: GuardPlan,
): StageForecast {
  const meant = stations.filter((station) => isMeant(audience, rolloutId, station));
  const reached = new Set([...meant.map(({ id }) => id), ...(isMeant(audience, rolloutId, null) ? [''] : [])]);
  const daily = asked
    .filter(({ stationId, at }) => reached.has(stationId) && isDuring(audience, at))
    .reduce((sum, { aDay }) => sum + aDay, 0);
  const bad = judge([], guards).guards.find(({ name }) => name === 'bad');
  const gradedADay = daily * gradedShare;
  return {
    stations: meant,
    answersADay: daily,
    daysToDecide: bad?.needed == null || gradedADay === 0 ? null : Math.ceil(bad.needed / gradedADay),
  };
}
