/** Routes, under whose names answers are given, and the stations that ask. */

import * as v from 'valibot';
import type {
  EmergencyLine,
  RouteMismatch,
  RouteView,
  Station,
  TableFile,
  Transition,
  WorkShifts,
} from '../entities.ts';
import { clock, id, line, nothing, slug, text, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

/** `route`: through which it asks; left out: the standard one. */
const station = { name: line(limits.name), line: v.optional(text(limits.name), ''), route: v.optional(slug) };

const workShift = v.pipe(
  v.strictObject({ name: line(limits.name), from: clock, to: clock }),
  v.forward(
    v.check(({ from, to }) => from !== to),
    ['to'],
  ),
);

const workShifts = v.pipe(v.array(workShift), v.maxLength(10));
/** As they are kept. */
export const keptWorkShifts = v.object({ workShifts, updatedAt: text(100) });

export const routeRequests = {
  'routes.list': query({
    input: nothing,
    output: gives<readonly RouteView[]>(),
    permission: 'read',
    staleAfter: ['rollouts', 'releases'],
  }),
  /** Looked at now: one for each route whose files are not the proven ones. */
  'routes.mismatches': query({
    input: nothing,
    output: gives<readonly RouteMismatch[]>(),
    permission: 'read',
    staleAfter: ['rollouts', 'releases', 'models'],
  }),
  /** Refused where the name is taken. */
  'routes.add': command({
    input: v.strictObject({ name: slug }),
    output: gives<RouteView>(),
    permission: 'administer',
  }),
  /** Programs that ask under the old name are told that it is gone. */
  'routes.rename': command({
    input: v.strictObject({ route: slug, name: slug }),
    output: gives<RouteView>(),
    permission: 'administer',
  }),
  /** Its history stays; its stations ask through the standard one. Refused for that one, and while a rollout runs. */
  'routes.retire': command({
    input: v.strictObject({ route: slug }),
    output: gives<null>(),
    permission: 'administer',
  }),
  /** Whether somebody other than the one who drafted a rollout must approve it before it starts. */
  'routes.requireSecondPerson': command({
    input: v.strictObject({ route: v.optional(slug), secondPerson: v.boolean() }),
    output: gives<RouteView>(),
    permission: 'administer',
  }),
  /** What served which station when: every transition, newest first. */
  'routes.timeline': query({
    input: v.strictObject({ route: v.optional(slug), limit: whole(1, 1000) }),
    output: gives<readonly Transition[]>(),
    permission: 'read',
    staleAfter: ['rollouts', 'releases'],
  }),
  /** The whole timeline as CSV, newest first, with codes where the screen has words. */
  'routes.export': query({
    input: v.strictObject({ route: v.optional(slug) }),
    output: gives<TableFile>(),
    permission: 'read',
    staleAfter: ['rollouts', 'releases'],
  }),
  'stations.list': query({
    input: nothing,
    output: gives<readonly Station[]>(),
    permission: 'read',
    staleAfter: ['stations'],
  }),
  'stations.add': command({ input: v.strictObject(station), output: gives<Station>(), permission: 'administer' }),
  /** `basedOn`: the `updatedAt` of what was edited; refused with `changed-meanwhile` where somebody changed it since. */
  'stations.change': command({
    input: v.strictObject({ stationId: id, ...station, basedOn: v.optional(text(100)) }),
    output: gives<Station>(),
    permission: 'administer',
  }),
  /** Its answers and transitions stay. */
  'stations.remove': command({
    input: v.strictObject({ stationId: id }),
    output: gives<null>(),
    permission: 'administer',
  }),
  /** When people are at work: by these a canary may be planned. */
  'site.workShifts': query({
    input: nothing,
    output: gives<WorkShifts>(),
    permission: 'read',
    staleAfter: ['stations'],
  }),
  /** All of them. Plans keep the hours that they were made with. `basedOn` as in `site.setEmergencyLine`. */
  'site.setWorkShifts': command({
    input: v.strictObject({
      workShifts,
      basedOn: v.optional(text(100)),
    }),
    output: gives<WorkShifts>(),
    permission: 'administer',
  }),
  /** Whom people call first in an emergency: shown before any answer about danger to people. Empty: not entered yet. */
  'site.emergencyLine': query({
    input: nothing,
    output: gives<EmergencyLine>(),
    permission: 'read',
    staleAfter: ['stations'],
  }),
  /** `basedOn` as in `stations.change`; empty where nothing was saved yet. */
  'site.setEmergencyLine': command({
    input: v.strictObject({ text: text(limits.name), basedOn: v.optional(text(100)) }),
    output: gives<EmergencyLine>(),
    permission: 'administer',
  }),
};

export const routeEvents = [
  'route.added',
  'route.renamed',
  'route.retired',
  'route.second-person',
  'station.added',
  'station.changed',
  'station.removed',
  'site.emergency-line',
  'site.work-shifts',
] as const;
