/** The one project of a data directory. */

import type { Database } from 'better-sqlite3';
import type { Project, ReturnAssumptions } from '../contract/entities.ts';
import { eachSetting, type ProjectSettings, usualSettings } from '../contract/rules/project-settings.ts';
import { fromJson, insertInto, updateOf } from './rows.ts';

export interface ProjectStore {
  get(): Project | null;
  save(project: Project): void;
  /** null: nobody has changed the usual ones. */
  returnAssumptions(): ReturnAssumptions | null;
  /** Empty: nobody has changed the usual ones since it is kept. */
  returnAssumptionsAt(): string;
  saveReturnAssumptions(assumptions: ReturnAssumptions, at: string): void;
}

/** Settings as JSON of those that were known when it was saved. */
type ProjectRow = Omit<Project, keyof ProjectSettings> & { readonly single: 1; readonly settings: string };

const columns = [
  'site',
  'department',
  'purpose',
  'targetScore',
  'largestRegression',
  'questionsPerDay',
  'minutesPerQuestion',
  'hourlyCost',
  'currency',
  'modelId',
  'updatedAt',
  'settings',
] as const;

export function createProjectStore(database: Database): ProjectStore {
  const select = database.prepare<[], Omit<ProjectRow, 'single'>>(`SELECT ${columns.join(', ')} FROM project`);
  const insert = insertInto<ProjectRow>(database, 'project', ['single', ...columns]);
  const update = updateOf<ProjectRow>(database, 'project', 'single', columns);
  const assumptions = database.prepare<[], { readonly json: string | null }>(
    'SELECT returnAssumptions AS json FROM project',
  );
  const saveAssumptions = database.prepare<[string, string]>(
    'UPDATE project SET returnAssumptions = ?, returnAssumptionsAt = ?',
  );
  const assumptionsAt = database.prepare<[], string>('SELECT returnAssumptionsAt FROM project').pluck();
  return {
    get() {
      const row = select.get();
      if (!row) return null;
      const { settings, ...rest } = row;
      return { ...rest, ...usualSettings, ...fromJson<Partial<ProjectSettings>>(settings) };
    },
    save(project) {
      const settings = JSON.stringify(eachSetting((name) => project[name]));
      const row: ProjectRow = { ...project, settings, single: 1 };
      if (update.run(row).changes === 0) insert.run(row);
    },
    returnAssumptions: () => fromJson(assumptions.get()?.json ?? null),
    returnAssumptionsAt: () => assumptionsAt.get() ?? '',
    saveReturnAssumptions: (changed, at) => void saveAssumptions.run(JSON.stringify(changed), at),
  };
}
