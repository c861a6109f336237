/** Blind votes on the answers of evaluations. */

import type { Database } from 'better-sqlite3';
import type { SetKind } from '../contract/entities.ts';

export interface Vote {
  readonly evaluationId: string;
  readonly set: SetKind;
  readonly exampleId: string;
  readonly voter: string;
  readonly choice: 'base' | 'adapter' | 'same';
  readonly at: string;
}

export interface VoteStore {
  /** By voter, in the order of their names. */
  of(evaluationId: string): readonly Vote[];
  /** Replaces what this person voted on this question before. */
  cast(vote: Vote): void;
}

export function createVoteStore(database: Database): VoteStore {
  const list = database.prepare<[string], Vote>('SELECT * FROM votes WHERE evaluationId = ? ORDER BY voter, at');
  const cast = database.prepare<[Vote]>(
    `INSERT OR REPLACE INTO votes (evaluationId, "set", exampleId, voter, choice, at)
     VALUES (@evaluationId, @set, @exampleId, @voter, @choice, @at)`,
  );
  return {
    of: (evaluationId) => list.all(evaluationId),
    cast: (vote) => void cast.run(vote),
  };
}
