/** What serves: applying an adapter, and going back. */

import * as v from 'valibot';
import type { BaseCheck, Release, RevertDrill } from '../entities.ts';
import { id, line, nothing, slug } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

export const releaseRequests = {
  /**
   * Refused where the criteria of today are not met, unless a person insists: the reason is kept in the log. What does
   * not act, or never ends, is applied by nobody.
   */
  'releases.apply': command({
    input: v.strictObject({
      adapterId: id,
      route: v.optional(slug),
      insistBecause: v.optional(line(limits.reason)),
    }),
    output: gives<Release>(),
    permission: 'release',
  }),
  /**
   * Counts for the next question, whatever its proof says and while the engine is down. To the base, or to an earlier
   * release of the route. Without `route`: the standard one. Refused with `release-none` where nothing lies over the base:
   * then `releases.proveBase` shows that it is what it was.
   */
  'releases.revert': command({
    input: v.strictObject({
      route: v.optional(slug),
      releaseId: v.optional(id),
      /** Questions under way: answered by what they were asked of, or asked anew of what answers then. */
      inFlight: v.optional(v.picklist(['finish', 'cancel']), 'finish'),
    }),
    output: gives<Release>(),
    permission: 'release',
  }),
  /** Rehearses a revert, to the base or to an earlier release of the route: everything but the last stroke. Who answers does not change; the log keeps the seconds. */
  'releases.drill': command({
    input: v.strictObject({ route: v.optional(slug), releaseId: v.optional(id) }),
    output: gives<RevertDrill>(),
    permission: 'release',
  }),
  /** Measures the base of a route and compares it with what was measured before; the log keeps it as evidence. */
  'releases.proveBase': command({
    input: v.strictObject({ route: v.optional(slug) }),
    output: gives<BaseCheck>(),
    permission: 'release',
  }),
  'releases.list': query({
    input: nothing,
    output: gives<readonly Release[]>(),
    permission: 'read',
    staleAfter: ['releases'],
  }),
};

export const releaseEvents = [
  'release.applied',
  'release.refused',
  'release.reverted',
  'release.revert-proven',
  'release.drilled',
  'release.base-proven',
  'release.files-changed',
] as const;
