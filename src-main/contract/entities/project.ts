/** Why the PoC exists, and the list of those who share a data folder. */

import type { ProjectSettings } from '../rules/project-settings.ts';
import type { WorkCode } from '../work-words.ts';
import type { ErrorReport } from './app.ts';

/** What Set up records: why the PoC exists and what counts as success. */
export interface Project extends ProjectSettings {
  readonly site: string;
  readonly department: string;
  readonly purpose: string;
  /** Share of trained facts, asked in other words, answered rightly that the adapter must reach, 0 to 1. */
  readonly targetScore: number;
  /** Largest drop allowed on the general skills and on the plant's own, 0 to 1 (0.02 = two points). */
  readonly largestRegression: number;
  readonly questionsPerDay: number;
  /** Minutes a question costs today. */
  readonly minutesPerQuestion: number;
  /** Cost of one working hour, in `currency`. */
  readonly hourlyCost: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly modelId: string;
  readonly updatedAt: string;
}

/** A project as the list of its data folder names it. */
export interface ListedProject {
  readonly id: string;
  /** Its department or, before one is named, its site; empty where nobody has set it up. */
  readonly name: string;
  readonly site: string;
  /** `closed`: it could not be opened, see `error`. */
  readonly state: 'open' | 'archived' | 'closed';
  readonly error: ErrorReport | null;
  /** What it is at now, of all that happens one at a time on this machine. */
  readonly work: WorkCode | null;
}
