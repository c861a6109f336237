/** What the PoC is for: its place, its criteria, its model. */

import * as v from 'valibot';
import type { Project } from '../entities.ts';
import { amount, id, share, text } from '../fields.ts';
import { command, gives } from '../request.ts';

const projectInput = v.strictObject({
  site: text(200),
  department: text(200),
  purpose: text(2000),
  targetScore: share,
  largestRegression: share,
  questionsPerDay: amount,
  minutesPerQuestion: amount,
  hourlyCost: amount,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  modelId: id,
});

export const projectRequests = {
  'project.save': command({ input: projectInput, output: gives<Project>(), permission: 'administer' }),
  /** Fills project and examples with the fictional plant; refused where examples exist already. */
  'project.loadSample': command({
    input: v.strictObject({ language: v.picklist(['ja', 'en']) }),
    output: gives<{ readonly examples: number }>(),
    permission: 'administer',
  }),
};

export const projectEvents = ['project.saved', 'project.sample-loaded'] as const;
