/** Monitors: what the log of answers says of a route over time. Nothing is kept for them. */

import type { monitorRequests } from '../contract/areas/monitors.ts';
import type { MonitorView, TableFile } from '../contract/entities.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { monitorSeries, monitorTimes, nearnessBy } from '../domain/monitors.ts';
import { csvFile } from '../exporters/csv.ts';
import type { Context } from './context.ts';
import type { GuardWatch } from './guard-watch.ts';
import type { Router } from './router.ts';

export function createMonitors(
  { store, clock }: Context,
  { router, guards }: { router: Router; guards: GuardWatch },
): HandlersOf<typeof monitorRequests> {
  function read({ route: name, period }: ValidInput<'monitors.read'>): MonitorView {
    const route = router.named(name);
    const points = monitorTimes(period, clock().getTime());
    const since = new Date(points.times[0]!).toISOString();
    const series = monitorSeries(store.answers.monitored(route.id, since), points).map((each) => {
      const release = each.releaseId === null ? null : store.releases.get(each.releaseId);
      return { ...each, name: release?.adapterName ?? null, number: release?.number ?? null };
    });
    const { rollout } = router.position(route);
    const nearness = guards.nearness(route);
    const candidate = rollout && store.releases.get(rollout.candidate);
    return {
      route: route.name,
      ...points,
      series,
      guards: nearness && { candidate: candidate?.adapterName ?? '', ...nearnessBy(nearness, points) },
    };
  }

  function exported(input: ValidInput<'monitors.export'>): TableFile {
    const { route, times, series, guards: seen } = read(input);
    const headings = ['from', 'release', 'adapter', 'seen', 'answers', 'median seconds', '90 % within seconds'];
    const rows = series.flatMap((each) =>
      times.map((time, point) => [
        ...[new Date(time).toISOString(), each.number, each.name ?? 'base', !each.unseen, each.answers[point]!],
        ...[each.median[point]!, each.slow[point]!, each.right[point]!, each.wrong[point]!],
        ...[seen?.nearness[point] ?? null, seen?.nearest[point] ?? null],
      ]),
    );
    const all = [...headings, 'right', 'wrong', 'nearness to halting', 'nearest guard'];
    return csvFile(`monitor-${route}-${input.period}.csv`, [all, ...rows]);
  }

  return {
    'monitors.read': async (input) => read(input),
    'monitors.export': async (input) => exported(input),
  };
}
