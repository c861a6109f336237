/** Routes and their transitions. Transitions are only ever added; nothing that follows from them is kept. */

import type { Database } from 'better-sqlite3';
import type { Route, RouteStep } from '../contract/entities.ts';
import type { RecordedStep } from '../domain/rollout/history.ts';
import { insertInto } from './rows.ts';

export interface RouteStore {
  /** Those in use: the standard one first, then by name. */
  list(): readonly Route[];
  /** Retired ones too. */
  get(id: string): Route | null;
  byName(name: string): Route | null;
  standard(): Route;
  add(route: Route): void;
  rename(id: string, name: string): void;
  /** Its name is free again, its stations ask through the standard one, its history stays. */
  retire(id: string, at: string): void;
  requireSecondPerson(id: string, required: boolean): void;
  /** In order. @param after only what came later in the sequence */
  steps(routeId: string, after?: number): readonly RecordedStep[];
  addStep(routeId: string, step: Omit<RecordedStep, 'sequence'>): void;
}

type RouteRow = Omit<Route, 'standard' | 'secondPerson'> & { readonly standard: number; readonly secondPerson: number };
type StepRow = Omit<RecordedStep, 'step'> & { readonly body: string };
interface NewStep extends Omit<StepRow, 'sequence'> {
  readonly routeId: string;
  readonly kind: 'step';
  readonly rolloutId: string | null;
}

export function createRouteStore(database: Database): RouteStore {
  const select = 'SELECT id, name, standard, secondPerson, createdBy, createdAt FROM routes';
  const byId = database.prepare<[string], RouteRow>(`${select} WHERE id = ?`);
  const list = database.prepare<[], RouteRow>(`${select} WHERE retiredAt IS NULL ORDER BY standard DESC, name`);
  const insert = insertInto<RouteRow>(database, 'routes', [
    'id',
    'name',
    'standard',
    'secondPerson',
    'createdBy',
    'createdAt',
  ]);
  const require = database.prepare<[number, string]>('UPDATE routes SET secondPerson = ? WHERE id = ?');
  const steps = database.prepare<[string, number], StepRow>(
    `SELECT sequence, body, reason, "by", at FROM routeEvents
     WHERE kind = 'step' AND routeId = ? AND sequence > ? ORDER BY sequence`,
  );
  const insertStep = insertInto<NewStep>(database, 'routeEvents', [
    'routeId',
    'kind',
    'rolloutId',
    'body',
    'reason',
    'by',
    'at',
  ]);
  const rename = database.prepare<[string, string]>('UPDATE routes SET name = ? WHERE id = ?');
  const retire = database.prepare<[string, string]>(
    `UPDATE routes SET retiredAt = ?, name = name || ' ' || id WHERE id = ?`,
  );
  const leave = database.prepare<[string, string]>(
    'UPDATE stations SET routeId = NULL, updatedAt = ? WHERE routeId = ? AND removedAt IS NULL',
  );
  const toRoute = (row: RouteRow): Route => {
    return { ...row, standard: row.standard === 1, secondPerson: row.secondPerson === 1 };
  };
  const all = (): readonly Route[] => list.all().map(toRoute);
  return {
    list: all,
    get(id) {
      const row = byId.get(id);
      return row ? toRoute(row) : null;
    },
    rename: (id, name) => void rename.run(name, id),
    retire(id, at) {
      leave.run(at, id);
      retire.run(at, id);
    },
    byName: (name) => all().find((route) => route.name === name) ?? null,
    standard: () => all().find(({ standard }) => standard)!,
    add: (route) =>
      void insert.run({ ...route, standard: Number(route.standard), secondPerson: Number(route.secondPerson) }),
    requireSecondPerson: (id, required) => void require.run(Number(required), id),
    steps: (routeId, after = 0) =>
      steps.all(routeId, after).map(({ body, ...row }) => ({ ...row, step: JSON.parse(body) as RouteStep })),
    addStep: (routeId, { step, ...signed }) => {
      const rolloutId = 'rolloutId' in step ? step.rolloutId : null;
      insertStep.run({ routeId, kind: 'step', rolloutId, body: JSON.stringify(step), ...signed });
    },
  };
}
