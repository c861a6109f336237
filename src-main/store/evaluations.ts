/** Evaluations of adapters and the answers they are made of. Progress is not kept; it lives with the running job. */

import type { Database } from 'better-sqlite3';
import type { Evaluation, EvaluationItem } from '../contract/entities.ts';
import { fromJson, insertInto, toJson, updateOf } from './rows.ts';

export interface EvaluationStore {
  /** Newest first. */
  list(): readonly Evaluation[];
  get(id: string): Evaluation | null;
  items(id: string): readonly EvaluationItem[];
  add(evaluation: Evaluation): void;
  save(evaluation: Evaluation): void;
  addItems(id: string, items: readonly EvaluationItem[]): void;
}

interface EvaluationRow {
  id: string;
  adapterId: string;
  precision: Evaluation['precision'];
  state: Evaluation['state'];
  heldOut: string | null;
  regression: string | null;
  passed: number | null;
  error: string | null;
  seconds: number | null;
  peakBytes: number | null;
  deviceFallback: string | null;
  createdAt: string;
  finishedAt: string | null;
}

type ItemRow = Omit<EvaluationItem, 'baseExact' | 'adapterExact'> & {
  readonly evaluationId: string;
  readonly position: number;
  readonly baseExact: number;
  readonly adapterExact: number;
};

const changing = [
  'state',
  'heldOut',
  'regression',
  'passed',
  'error',
  'seconds',
  'peakBytes',
  'deviceFallback',
  'finishedAt',
] as const;

export function createEvaluationStore(database: Database): EvaluationStore {
  const list = database.prepare<[], EvaluationRow>('SELECT * FROM evaluations ORDER BY createdAt DESC, rowid DESC');
  const byId = database.prepare<[string], EvaluationRow>('SELECT * FROM evaluations WHERE id = ?');
  const insert = insertInto<EvaluationRow>(database, 'evaluations', [
    'id',
    'adapterId',
    'precision',
    'createdAt',
    ...changing,
  ]);
  const update = updateOf<EvaluationRow>(database, 'evaluations', 'id', changing);
  const items = database.prepare<[string], Omit<ItemRow, 'evaluationId' | 'position'>>(
    'SELECT exampleId, "set", question, expected, base, adapter, baseExact, adapterExact FROM evaluationItems WHERE evaluationId = ? ORDER BY position',
  );
  const insertItem = insertInto<ItemRow>(database, 'evaluationItems', [
    'evaluationId',
    'position',
    'exampleId',
    'set',
    'question',
    'expected',
    'base',
    'adapter',
    'baseExact',
    'adapterExact',
  ]);
  return {
    list: () => list.all().map(toEvaluation),
    get(id) {
      const row = byId.get(id);
      return row ? toEvaluation(row) : null;
    },
    items: (id) =>
      items.all(id).map((row) => ({ ...row, baseExact: row.baseExact === 1, adapterExact: row.adapterExact === 1 })),
    add: (evaluation) => void insert.run(toRow(evaluation)),
    save: (evaluation) => void update.run(toRow(evaluation)),
    addItems(id, answers) {
      answers.forEach((item, position) =>
        insertItem.run({
          ...item,
          evaluationId: id,
          position,
          baseExact: Number(item.baseExact),
          adapterExact: Number(item.adapterExact),
        }),
      );
    },
  };
}

function toRow({ progress: _, ...evaluation }: Evaluation): EvaluationRow {
  return {
    ...evaluation,
    heldOut: toJson(evaluation.heldOut),
    regression: toJson(evaluation.regression),
    passed: evaluation.passed === null ? null : Number(evaluation.passed),
    error: toJson(evaluation.error),
    deviceFallback: toJson(evaluation.deviceFallback),
  };
}

function toEvaluation(row: EvaluationRow): Evaluation {
  return {
    ...row,
    progress: null,
    heldOut: fromJson<NonNullable<Evaluation['heldOut']>>(row.heldOut),
    regression: fromJson<NonNullable<Evaluation['regression']>>(row.regression),
    passed: row.passed === null ? null : row.passed === 1,
    error: fromJson<NonNullable<Evaluation['error']>>(row.error),
    deviceFallback: fromJson<NonNullable<Evaluation['deviceFallback']>>(row.deviceFallback),
  };
}
