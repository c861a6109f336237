/** What serves: applying an adapter, and going back. */

import * as v from 'valibot';
import type { Release, RevertDrill } from '../entities.ts';
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
   * release of the route. Without `route`: the standard one.
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
  'release.files-changed',
] as const;
