/** The plant's own safety questions, in the order in which they were written down. */

import type { Database } from 'better-sqlite3';
import type { OwnSafetyQuestion } from '../contract/entities.ts';
import { insertInto, updateOf } from './rows.ts';

export interface SafetyStore {
  all(): readonly OwnSafetyQuestion[];
  get(id: string): OwnSafetyQuestion | null;
  add(question: OwnSafetyQuestion): void;
  update(question: OwnSafetyQuestion): void;
  delete(id: string): void;
}

type SafetyRow = Omit<OwnSafetyQuestion, 'required' | 'forbidden'> & {
  readonly required: string;
  readonly forbidden: string;
};

const changing = ['question', 'answer', 'category', 'required', 'forbidden', 'updatedAt'] as const;
const columns = ['id', ...changing, 'createdBy', 'createdAt'] as const;
const selected = columns.join(', ');

export function createSafetyStore(database: Database): SafetyStore {
  const all = database.prepare<[], SafetyRow>(`SELECT ${selected} FROM safetyQuestions ORDER BY position`);
  const byId = database.prepare<[string], SafetyRow>(`SELECT ${selected} FROM safetyQuestions WHERE id = ?`);
  const insert = insertInto<SafetyRow>(database, 'safetyQuestions', columns);
  const update = updateOf<SafetyRow>(database, 'safetyQuestions', 'id', changing);
  const remove = database.prepare<[string]>('DELETE FROM safetyQuestions WHERE id = ?');
  return {
    all: () => all.all().map(toQuestion),
    get(id) {
      const row = byId.get(id);
      return row ? toQuestion(row) : null;
    },
    add: (question) => void insert.run(toRow(question)),
    update: (question) => void update.run(toRow(question)),
    delete: (id) => void remove.run(id),
  };
}

function toRow(question: OwnSafetyQuestion): SafetyRow {
  return {
    ...question,
    required: JSON.stringify(question.required),
    forbidden: JSON.stringify(question.forbidden),
  };
}

function toQuestion(row: SafetyRow): OwnSafetyQuestion {
  const list = (text: string) => JSON.parse(text) as readonly string[];
  return { ...row, required: list(row.required), forbidden: list(row.forbidden) };
}
