/** The departments of a data folder, each a project of its own: examples, adapters, routes and log of one are no other's. */

import * as v from 'valibot';
import type { ListedProject } from '../entities.ts';
import { id, line, nothing } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

const oneProject = v.strictObject({ projectId: id });

/** Answered whatever the caller's own project is, also where that one cannot be opened. */
export const projectListRequests = {
  'projects.list': query({
    input: nothing,
    output: gives<readonly ListedProject[]>(),
    permission: 'read',
    staleAfter: ['projects'],
  }),
  /** An empty one beside the others. Refused with `name-taken` where another listed one is called so. */
  'projects.create': command({
    input: v.strictObject({ name: line(limits.name) }),
    output: gives<ListedProject>(),
    permission: 'administer',
  }),
  /** Takes it out of use; all its data stays where it is. Refused while it works, and for the last one in use. */
  'projects.archive': command({ input: oneProject, output: gives<ListedProject>(), permission: 'administer' }),
  'projects.restore': command({ input: oneProject, output: gives<ListedProject>(), permission: 'administer' }),
};

export const projectListEvents = ['project.created', 'project.archived', 'project.restored'] as const;
