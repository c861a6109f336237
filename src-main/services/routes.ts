/** Routes and stations: naming them, and reading what served which of them when. */

import type { routeRequests } from '../contract/areas/routes.ts';
import type {
  EmergencyLine,
  Route,
  RouteMismatch,
  RouteView,
  Station,
  TableFile,
  Transition,
} from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import { endedBy } from '../domain/rollout/history.ts';
import { isRunning } from '../domain/rollout/machine.ts';
import { servingFor } from '../domain/rollout/serving.ts';
import { timelineOf } from '../domain/rollout/timeline.ts';
import { csvFile } from '../exporters/csv.ts';
import { type Context, requireFound, requireUnchanged } from './context.ts';
import { toErrorReport } from './error-report.ts';
import type { ProvenFiles } from './proven-files.ts';
import type { Router } from './router.ts';
import { createWorkShifts, workShiftInLog } from './work-shifts.ts';

/** Names of settings. */
const lineSetting = 'emergencyLine';
const lineSavedSetting = 'emergencyLineSavedAt';

export const emergencyLineOf = ({ settings }: Pick<Context['store'], 'settings'>): EmergencyLine => {
  return { text: settings.get(lineSetting) ?? '', updatedAt: settings.get(lineSavedSetting) ?? '' };
};

export function createRoutes(
  context: Context,
  { router, files }: { router: Router; files: ProvenFiles },
): HandlersOf<typeof routeRequests> {
  const { store } = context;
  const topics = ['stations', 'rollouts'] as const;

  const toView = (route: Route): RouteView => {
    const history = router.history(route);
    const state = history.position.rollout?.state ?? null;
    return { ...route, release: router.serves(route), state, endedBy: endedBy(history) };
  };

  /** The first release of a route that is not what was proven; what answers people before what tries to. */
  async function mismatchOf(route: Route): Promise<readonly RouteMismatch[]> {
    for (const release of router.carried(route)) {
      try {
        await files.require(release, route);
      } catch (error) {
        return [{ route: route.name, release: release.number, error: toErrorReport(error).report }];
      }
    }
    return [];
  }

  function addRoute(name: string): RouteView {
    if (store.routes.byName(name)) throw new OfficeError('name-taken', { name });
    const signed = { createdBy: context.currentOperator(), createdAt: context.now() };
    const route = { id: context.ids(), name, standard: false, secondPerson: false, ...signed };
    return context.change(['rollouts'], { kind: 'route.added', subject: name }, () => {
      store.routes.add(route);
      return toView(route);
    });
  }

  function rename({ route: former, name }: ValidInput<'routes.rename'>): RouteView {
    const route = router.named(former);
    if (name !== former && store.routes.byName(name)) throw new OfficeError('name-taken', { name });
    const changes = changesBetween({ name: former }, { name });
    return context.change(['rollouts', 'stations'], { kind: 'route.renamed', subject: name, changes }, () => {
      store.routes.rename(route.id, name);
      return toView(router.named(name));
    });
  }

  function retire({ route: name }: ValidInput<'routes.retire'>): null {
    const route = router.named(name);
    const { rollout } = router.position(route);
    if (route.standard) throw new OfficeError('route-standard', { name });
    if (isRunning(rollout)) throw new OfficeError('rollout-running', { state: rollout!.state });
    return context.change(['rollouts', 'stations'], { kind: 'route.retired', subject: name }, () => {
      store.routes.retire(route.id, context.now());
      return null;
    });
  }

  /** What people know of a station, for the log. */
  const described = ({ name, line, routeId }: Station) => {
    return { name, line, route: routeId === null ? null : (store.routes.get(routeId)?.name ?? null) };
  };

  function routeIdOf(name: string | undefined): string | null {
    const route = router.named(name);
    return route.standard ? null : route.id;
  }

  function requireFreeName(name: string, except = ''): void {
    if (store.stations.list().some((each) => each.name === name && each.id !== except))
      throw new OfficeError('name-taken', { name });
  }

  /** Newest first. */
  function timeline(route: Route, limit: number): readonly Transition[] {
    const asksThrough = (routeId: string | null) => (routeId === null ? route.standard : routeId === route.id);
    return timelineOf(router.steps(route).slice(-limit), store.stations.places(), asksThrough)
      .slice(-limit)
      .reverse()
      .map(({ step, stations, change }) => {
        const row = { ...transitionOf(step), stations };
        return change ? { ...row, action: change.action, at: change.at, reason: change.name, by: '' } : row;
      });
  }

  function transitionOf({
    sequence,
    step,
    reason,
    by,
    at,
    position,
    ended,
  }: ReturnType<Router['steps']>[number]): Omit<Transition, 'stations'> {
    const releaseOf = (target: string | null) => (target === null ? null : store.releases.get(target));
    const { rollout } = position;
    const stage = rollout?.state === 'canary' ? rollout.plan.stages[rollout.stage] : undefined;
    // From “full” on that is the candidate.
    const { answers: serves } = servingFor(position, null, null);
    const [serving, candidate] = [releaseOf(serves), releaseOf(rollout?.candidate ?? null)];
    return {
      sequence,
      action: step.action,
      rolloutId: 'rolloutId' in step ? step.rolloutId : null,
      serves,
      servesName: serving?.adapterName ?? null,
      servesNumber: serving?.number ?? null,
      candidateName: candidate?.adapterName ?? null,
      candidateNumber: candidate?.number ?? null,
      during: (stage?.kind === 'canary' && stage.audience.during) || [],
      state: rollout?.state ?? null,
      endedBy: endedBy({ ended }),
      ...{ reason, by, at },
    };
  }

  function exported(route: Route): TableFile {
    const headings = [
      ...[
        'sequence',
        'at',
        'action',
        'serves',
        'release',
        'candidate',
        'candidateRelease',
        'state',
        'stations',
        'during',
      ],
      ...['by', 'reason'],
    ];
    const rows = timeline(route, Number.MAX_SAFE_INTEGER).map((each) => [
      ...[each.sequence, each.at, each.action, each.servesName ?? 'base', each.servesNumber],
      ...[each.candidateName, each.candidateNumber, each.state, each.stations.join(' / ')],
      ...[each.during.map(workShiftInLog).join(' / '), each.by, each.reason],
    ]);
    return csvFile(`timeline-${route.name}.csv`, [headings, ...rows]);
  }

  return {
    'routes.mismatches': async () => {
      const found: RouteMismatch[] = [];
      for (const route of store.routes.list()) found.push(...(await mismatchOf(route)));
      return found;
    },
    'routes.list': async () => store.routes.list().map(toView),
    'routes.add': async ({ name }) => addRoute(name),
    'routes.rename': async (input) => rename(input),
    'routes.retire': async (input) => retire(input),
    'routes.requireSecondPerson': async ({ route: name, secondPerson }) => {
      const route = router.named(name);
      const changes = changesBetween({ secondPerson: route.secondPerson }, { secondPerson });
      const happening = { kind: 'route.second-person', subject: route.name, changes } as const;
      return context.change(['rollouts'], happening, () => {
        store.routes.requireSecondPerson(route.id, secondPerson);
        return toView(router.named(route.name));
      });
    },
    'routes.timeline': async ({ route, limit }) => timeline(router.named(route), limit),
    'routes.export': async ({ route }) => exported(router.named(route)),
    'stations.list': async () => store.stations.list(),
    'stations.add': async ({ name, line, route }) => {
      requireFreeName(name);
      const placed = { name, line: line.trim(), routeId: routeIdOf(route) };
      const station: Station = { id: context.ids(), ...placed, updatedAt: context.now() };
      return context.change(topics, { kind: 'station.added', subject: name, values: { line } }, () => {
        store.stations.add(station, context.currentOperator());
        return station;
      });
    },
    'stations.change': async ({ stationId, name, line, route, basedOn }) => {
      const present = requireFound(store.stations.get(stationId), 'station', stationId);
      requireUnchanged('station', present, basedOn);
      requireFreeName(name, stationId);
      const changed = { name, line: line.trim(), routeId: routeIdOf(route) };
      const station: Station = { id: stationId, ...changed, updatedAt: context.now() };
      const changes = changesBetween(described(present), described(station));
      return context.change(topics, { kind: 'station.changed', subject: name, changes }, () => {
        store.stations.change(station);
        return station;
      });
    },
    'stations.remove': async ({ stationId }) => {
      const { name } = requireFound(store.stations.get(stationId), 'station', stationId);
      return context.change(topics, { kind: 'station.removed', subject: name }, () => {
        store.stations.remove(stationId, context.now());
        return null;
      });
    },
    ...createWorkShifts(context),
    'site.emergencyLine': async () => emergencyLineOf(store),
    'site.setEmergencyLine': async ({ text, basedOn }) => {
      const present = emergencyLineOf(store);
      requireUnchanged('emergencyLine', present, basedOn);
      const line: EmergencyLine = { text: text.trim(), updatedAt: context.now() };
      const changes = changesBetween({ emergencyLine: present.text || null }, { emergencyLine: line.text });
      return context.change(['stations'], { kind: 'site.emergency-line', subject: line.text, changes }, () => {
        store.settings.set(lineSetting, line.text);
        store.settings.set(lineSavedSetting, line.updatedAt);
        return line;
      });
    },
  };
}
