/** What serves: applying an adapter, and going back. */

import * as v from 'valibot';
import type { Release } from '../entities.ts';
import { id, nothing } from '../fields.ts';
import { command, gives, query } from '../request.ts';

export const releaseRequests = {
  'releases.apply': command({
    input: v.strictObject({ adapterId: id }),
    output: gives<Release>(),
    permission: 'release',
  }),
  'releases.revert': command({ input: nothing, output: gives<Release>(), permission: 'release' }),
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
] as const;
