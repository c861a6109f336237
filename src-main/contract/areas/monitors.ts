/** Watching a route: requests, latency, feedback and guards over time. */

import * as v from 'valibot';
import type { MonitorView, TableFile } from '../entities.ts';
import { slug } from '../fields.ts';
import { gives, query } from '../request.ts';

const input = v.strictObject({
  route: v.optional(slug),
  period: v.picklist(['hour', 'day', 'week', 'month']),
});
const staleAfter = ['answers', 'rollouts', 'releases'] as const;

export const monitorRequests = {
  'monitors.read': query({ input, output: gives<MonitorView>(), permission: 'read', staleAfter }),
  /** The same as CSV, one row for each point and release. */
  'monitors.export': query({ input, output: gives<TableFile>(), permission: 'read', staleAfter }),
};
