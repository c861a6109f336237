/** What the PoC is for: its place, its criteria, its model. */

import * as v from 'valibot';
import type { Project } from '../entities.ts';
import { amount, id, share, text } from '../fields.ts';
import { command, gives } from '../request.ts';
import { limits } from '../rules/limits.ts';
import { eachSetting, projectSettings } from '../rules/project-settings.ts';

const projectInput = v.strictObject({
  site: text(limits.name),
  department: text(limits.name),
  purpose: text(limits.purpose),
  targetScore: share,
  largestRegression: share,
  ...eachSetting((name) => v.optional({ share, amount }[projectSettings[name].kind], projectSettings[name].usual)),
  questionsPerDay: amount,
  minutesPerQuestion: amount,
  hourlyCost: amount,
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/)),
  modelId: id,
});

/**
 * `basedOn`: the `updatedAt` of what was edited, empty where nothing was saved yet; refused with `changed-meanwhile` where
 * somebody has saved another since. Left out, it overwrites.
 */
const projectChange = v.strictObject({ ...projectInput.entries, basedOn: v.optional(text(100)) });

export const projectRequests = {
  'project.save': command({ input: projectChange, output: gives<Project>(), permission: 'administer' }),
  /** Fills project and examples with the fictional plant; refused where examples exist already. */
  'project.loadSample': command({
    input: v.strictObject({ language: v.picklist(['ja', 'en']) }),
    output: gives<{ readonly examples: number }>(),
    permission: 'administer',
  }),
};

export const projectEvents = ['project.saved', 'project.sample-loaded'] as const;
