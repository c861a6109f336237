/** The one project of a data directory. */

import type { Database } from 'better-sqlite3';
import type { Project, ReturnAssumptions } from '../contract/entities.ts';
import { fromJson, insertInto, updateOf } from './rows.ts';

export interface ProjectStore {
  get(): Project | null;
  save(project: Project): void;
  /** null: nobody has changed the usual ones. */
  returnAssumptions(): ReturnAssumptions | null;
  saveReturnAssumptions(assumptions: ReturnAssumptions): void;
}

type ProjectRow = Project & { readonly single: 1 };

const columns = [
  'site',
  'department',
  'purpose',
  'targetScore',
  'largestRegression',
  'largestInvention',
  'questionsPerDay',
  'minutesPerQuestion',
  'hourlyCost',
  'currency',
  'modelId',
  'updatedAt',
] as const;

export function createProjectStore(database: Database): ProjectStore {
  const select = database.prepare<[], Project>(`SELECT ${columns.join(', ')} FROM project`);
  const insert = insertInto<ProjectRow>(database, 'project', ['single', ...columns]);
  const update = updateOf<ProjectRow>(database, 'project', 'single', columns);
  const assumptions = database.prepare<[], { readonly json: string | null }>(
    'SELECT returnAssumptions AS json FROM project',
  );
  const saveAssumptions = database.prepare<[string]>('UPDATE project SET returnAssumptions = ?');
  return {
    get: () => select.get() ?? null,
    save(project) {
      const row: ProjectRow = { ...project, single: 1 };
      if (update.run(row).changes === 0) insert.run(row);
    },
    returnAssumptions: () => fromJson(assumptions.get()?.json ?? null),
    saveReturnAssumptions: (changed) => void saveAssumptions.run(JSON.stringify(changed)),
  };
}
