/** Wordings that a person rejected when they were proposed. */

import type { Database } from 'better-sqlite3';

export interface RejectedWording {
  /** As `questionKey` and `factKey` write them. */
  readonly question: string;
  readonly answer: string;
  readonly by: string;
  readonly at: string;
}

export interface RejectedWordingStore {
  all(): readonly RejectedWording[];
  add(wording: RejectedWording): void;
}

export function createRejectedWordingStore(database: Database): RejectedWordingStore {
  const all = database.prepare<[], RejectedWording>('SELECT * FROM rejectedWordings');
  const add = database.prepare<[RejectedWording]>(
    'INSERT OR REPLACE INTO rejectedWordings (question, answer, "by", at) VALUES (@question, @answer, @by, @at)',
  );
  return { all: () => all.all(), add: (wording) => void add.run(wording) };
}
