/** Evaluations of adapters and the answers they are made of. Neither progress nor verdicts are kept: see `judge`. */

import type { Database } from 'better-sqlite3';
import type { Acceptance, Evaluation, EvaluationItem, SetKind } from '../contract/entities.ts';
import { fromJson, insertInto, toJson, updateOf } from './rows.ts';

/** What is kept of an evaluation. */
export type StoredEvaluation = Omit<Evaluation, 'progress' | 'judgement' | 'passed'>;

export interface EvaluationStore {
  /** Newest first. */
  list(): readonly StoredEvaluation[];
  get(id: string): StoredEvaluation | null;
  items(id: string): readonly EvaluationItem[];
  add(evaluation: StoredEvaluation): void;
  save(evaluation: StoredEvaluation): void;
  /** @param position of the question among all that are asked; one that is answered already stays as it is */
  addItem(id: string, position: number, item: EvaluationItem): void;
  accept(id: string, set: SetKind, exampleId: string, acceptance: Acceptance): void;
}

type EvaluationRow = Omit<StoredEvaluation, 'sets' | 'error' | 'deviceFallback' | 'record'> & {
  readonly record: string | null;
  readonly sets: string;
  readonly error: string | null;
  readonly deviceFallback: string | null;
};

type ItemRow = Omit<EvaluationItem, 'baseRight' | 'adapterRight' | 'baseScores' | 'adapterScores' | 'acceptance'> & {
  readonly evaluationId: string;
  readonly position: number;
  readonly baseRight: number;
  readonly adapterRight: number;
  readonly baseScores: string | null;
  readonly adapterScores: string | null;
  readonly acceptance: string | null;
};

const changing = ['state', 'record', 'sets', 'error', 'seconds', 'peakBytes', 'deviceFallback', 'finishedAt'] as const;
const ofItem = [
  'exampleId',
  'set',
  'category',
  'question',
  'expected',
  'base',
  'adapter',
  'baseRight',
  'adapterRight',
  'baseScores',
  'adapterScores',
  'acceptance',
] as const;

export function createEvaluationStore(database: Database): EvaluationStore {
  const list = database.prepare<[], EvaluationRow>('SELECT * FROM evaluations ORDER BY createdAt DESC, rowid DESC');
  const byId = database.prepare<[string], EvaluationRow>('SELECT * FROM evaluations WHERE id = ?');
  const insert = insertInto<EvaluationRow>(database, 'evaluations', [
    'id',
    'adapterId',
    'precision',
    'record',
    'rerunOf',
    'createdAt',
    ...changing,
  ]);
  const update = updateOf<EvaluationRow>(database, 'evaluations', 'id', changing);
  const items = database.prepare<[string], Pick<ItemRow, (typeof ofItem)[number]>>(
    `SELECT ${ofItem.map((column) => `"${column}"`).join(', ')} FROM evaluationAnswers WHERE evaluationId = ? ORDER BY position`,
  );
  const columnsOfItem = ['evaluationId', 'position', ...ofItem] as const;
  const insertItem = insertInto<ItemRow>(database, 'evaluationAnswers', columnsOfItem, 'OR IGNORE');
  const accept = database.prepare<[string, string, string, string]>(
    'UPDATE evaluationAnswers SET acceptance = ? WHERE evaluationId = ? AND "set" = ? AND exampleId = ?',
  );
  return {
    list: () => list.all().map(toEvaluation),
    get(id) {
      const row = byId.get(id);
      return row ? toEvaluation(row) : null;
    },
    items: (id) => items.all(id).map(toItem),
    add: (evaluation) => void insert.run(toRow(evaluation)),
    save: (evaluation) => void update.run(toRow(evaluation)),
    addItem(id, position, item) {
      insertItem.run({
        ...item,
        evaluationId: id,
        position,
        baseRight: Number(item.baseRight),
        adapterRight: Number(item.adapterRight),
        baseScores: toJson(item.baseScores),
        adapterScores: toJson(item.adapterScores),
        acceptance: toJson(item.acceptance),
      });
    },
    accept: (id, set, exampleId, acceptance) => void accept.run(JSON.stringify(acceptance), id, set, exampleId),
  };
}

/** Only what has a column: callers may hold more than is kept. */
function toRow(evaluation: StoredEvaluation): EvaluationRow {
  const { id, adapterId, precision, rerunOf, state, seconds, peakBytes, createdAt, finishedAt } = evaluation;
  return {
    ...{ id, adapterId, precision, rerunOf, state, seconds, peakBytes, createdAt, finishedAt },
    record: toJson(evaluation.record),
    sets: JSON.stringify(evaluation.sets),
    error: toJson(evaluation.error),
    deviceFallback: toJson(evaluation.deviceFallback),
  };
}

function toEvaluation(row: EvaluationRow): StoredEvaluation {
  const sets = JSON.parse(row.sets) as Evaluation['sets'];
  return {
    ...row,
    record: fromJson<NonNullable<Evaluation['record']>>(row.record),
    // Kept before there were more than scores.
    sets: sets.map((set) => {
      const { difference = null, invented = null, means = null } = set as Partial<typeof set>;
      return { ...set, difference, invented, means };
    }),
    error: fromJson<NonNullable<Evaluation['error']>>(row.error),
    deviceFallback: fromJson<NonNullable<Evaluation['deviceFallback']>>(row.deviceFallback),
  };
}

function toItem(row: Pick<ItemRow, (typeof ofItem)[number]>): EvaluationItem {
  type Scores = NonNullable<EvaluationItem['baseScores']>;
  return {
    ...row,
    baseRight: row.baseRight === 1,
    adapterRight: row.adapterRight === 1,
    baseScores: fromJson<Scores>(row.baseScores),
    adapterScores: fromJson<Scores>(row.adapterScores),
    acceptance: fromJson<Acceptance>(row.acceptance),
  };
}
