/** The app as a whole: where everything stands, who works here, what happened. */

import * as v from 'valibot';
import type { AppStatus, LogEntry } from '../entities.ts';
import { line, nothing, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

export const appRequests = {
  'app.status': query({
    input: nothing,
    output: gives<AppStatus>(),
    permission: 'read',
    staleAfter: [
      'status',
      'project',
      'models',
      'devices',
      'examples',
      'datasets',
      'runs',
      'adapters',
      'evaluations',
      'releases',
      'rollouts',
    ],
  }),
  'app.setOperator': command({
    input: v.strictObject({ name: line(limits.operatorName) }),
    output: gives<null>(),
    permission: 'read',
  }),
  'app.log': query({
    input: v.strictObject({ limit: whole(1, 1000) }),
    output: gives<readonly LogEntry[]>(),
    permission: 'read',
    staleAfter: ['log'],
  }),
};

export const appEvents = ['operator.changed'] as const;
