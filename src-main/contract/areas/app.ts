/** The app as a whole: where everything stands, who works here, what happened. */

import * as v from 'valibot';
import type { AppStatus, LogEntry, ReportFile } from '../entities.ts';
import { id, line, moment, nothing, text, whole } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

/** `LogFilter`. */
const logFilter = {
  kind: v.optional(text(100), ''),
  by: v.optional(text(limits.name), ''),
  subject: v.optional(text(limits.name), ''),
  text: v.optional(text(limits.name), ''),
  from: v.optional(v.nullable(moment), null),
  until: v.optional(v.nullable(moment), null),
};

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
  /** Newest first. */
  'app.log': query({
    input: v.strictObject({ limit: whole(1, 1000), ...logFilter }),
    output: gives<readonly LogEntry[]>(),
    permission: 'read',
    staleAfter: ['log'],
  }),
  /** Every kind and every person that the log holds, to choose among. */
  'app.logged': query({
    input: nothing,
    output: gives<{ readonly kinds: readonly string[]; readonly people: readonly string[] }>(),
    permission: 'read',
    staleAfter: ['log'],
  }),
  /**
   * Takes out of the log what edits of an example said before and after; who edited it and when stays. Frozen data versions
   * and evaluations keep what they hold. @returns entries that had texts
   */
  'app.eraseLogTexts': command({
    input: v.strictObject({ exampleId: id }),
    output: gives<{ readonly entries: number }>(),
    permission: 'administer',
  }),
  /** Everything that the filter lets through as CSV, newest first; that it was taken out is in the log too. */
  'app.exportLog': command({
    input: v.strictObject(logFilter),
    output: gives<ReportFile>(),
    permission: 'read',
  }),
};

export const appEvents = ['operator.changed', 'log.exported', 'log.texts-erased'] as const;
