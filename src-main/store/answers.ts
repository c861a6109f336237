/** What was asked and answered, with the texts, so that nothing is lost by a reload and people can grade it later. */

import type { Database } from 'better-sqlite3';
import type { KeptResult } from '../contract/entities.ts';
import type { MonitoredAnswer } from '../domain/monitors.ts';
import { fromUnsealedJson, insertInto } from './rows.ts';

/** One given answer. A shadow answer, which nobody read, names the one that was read. */
export interface StoredAnswer {
  readonly id: string;
  readonly routeId: string;
  readonly stationId: string | null;
  readonly rolloutId: string | null;
  /** null: the base alone gave it. */
  readonly releaseId: string | null;
  readonly shadowOf: string | null;
  readonly question: string;
  readonly text: string;
  /** From the question until it stood. */
  readonly seconds: number;
  /** What the window showed; null for a shadow answer. */
  readonly result: KeptResult | null;
  readonly by: string;
  readonly at: string;
}

/** A question with both answers, as far as the rollout knows them. */
export interface StoredPair {
  /** Of the candidate's answer. */
  readonly id: string;
  readonly question: string;
  readonly present: string;
  readonly candidate: string;
}

export interface AnswerStore {
  add(answer: StoredAnswer): void;
  get(id: string): StoredAnswer | null;
  /** Answers that people read, newest first. @param stationId null: of every place */
  newest(stationId: string | null, limit: number): readonly StoredAnswer[];
  /** Shadow pairs of a rollout that nobody has graded, oldest first. */
  ungradedPairs(rolloutId: string, limit: number): readonly StoredPair[];
  countUngradedPairs(rolloutId: string): number;
  /**
   * Answers that people read since a moment, by station ('' without one) and by the minute of the day in UTC, as 08:00. With
   * how many of them somebody graded.
   */
  activity(since: string): readonly Activity[];
  /** When the first question was asked; null: never. */
  firstAt(): string | null;
  /** All answers of a route since a moment, unseen ones too, oldest first. */
  monitored(routeId: string, since: string): Iterable<MonitoredAnswer>;
  /** What people asked of these releases, by the newest grade of each answer; null: nobody was answered by them. */
  useOf(releaseIds: readonly string[]): UseCounts | null;
  /** Answers whose newest grade is andon, newest first. */
  andons(limit: number): readonly StoredAnswer[];
}

interface Activity {
  readonly stationId: string;
  readonly minute: string;
  readonly answers: number;
  readonly graded: number;
}

export interface UseCounts {
  readonly asked: number;
  readonly graded: number;
  readonly right: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Whether other releases, or the base, have answered on the same routes since. */
  readonly overtaken: boolean;
}

type AnswerRow = Omit<StoredAnswer, 'result'> & { readonly result: string | null };
/** With its newest grade, which the database keeps beside it. */
type ReadRow = AnswerRow & { readonly grade: string | null };

const columns = [
  'id',
  'routeId',
  'stationId',
  'rolloutId',
  'releaseId',
  'shadowOf',
  'question',
  'text',
  'seconds',
  'result',
  'by',
  'at',
] as const;

export function createAnswerStore(database: Database): AnswerStore {
  const insert = insertInto<AnswerRow>(database, 'answers', columns);
  const byId = database.prepare<[string], ReadRow>('SELECT * FROM answers WHERE id = ?');
  const newest = database.prepare<[{ stationId: string | null; limit: number }], ReadRow>(
    `SELECT * FROM answers WHERE shadowOf IS NULL AND (@stationId IS NULL OR stationId = @stationId)
     ORDER BY position DESC LIMIT @limit`,
  );
  const pairs = database.prepare<[string, number], StoredPair>(
    `SELECT answers.id, answers.question, read.text AS present, answers.text AS candidate
     FROM answers JOIN answers AS read ON read.id = answers.shadowOf
     WHERE answers.shadowOf IS NOT NULL AND answers.rolloutId = ? AND answers.grade IS NULL ORDER BY answers.position LIMIT ?`,
  );
  const countPairs = database
    .prepare<[string], number>(
      `SELECT COUNT(*) FROM answers WHERE shadowOf IS NOT NULL AND rolloutId = ? AND grade IS NULL`,
    )
    .pluck();
  const activity = database.prepare<[string], Activity>(
    `SELECT COALESCE(stationId, '') AS stationId, substr(at, 12, 5) AS minute, COUNT(*) AS answers, COUNT(grade) AS graded
     FROM answers WHERE shadowOf IS NULL AND at >= ? GROUP BY 1, 2`,
  );
  const firstAt = database.prepare<[], string>('SELECT at FROM answers ORDER BY position LIMIT 1').pluck();
  const andons = database.prepare<[number], ReadRow>(
    `SELECT * FROM answers WHERE shadowOf IS NULL AND grade = 'andon' ORDER BY position DESC LIMIT ?`,
  );
  const monitored = database.prepare<[string, string], Omit<MonitoredAnswer, 'unseen'> & { readonly unseen: number }>(
    `SELECT at, releaseId, shadowOf IS NOT NULL AS unseen, seconds, grade
     FROM answers WHERE routeId = ? AND at >= ? ORDER BY at, position`,
  );
  const use = database.prepare<
    [string],
    Record<'asked' | 'graded' | 'right', number> & Record<'firstAt' | 'lastAt', string>
  >(
    `SELECT COUNT(*) AS asked, COUNT(grade) AS graded, COALESCE(SUM(grade = 'right'), 0) AS right,
            MIN(at) AS firstAt, MAX(at) AS lastAt
     FROM answers WHERE shadowOf IS NULL AND releaseId IN (SELECT value FROM json_each(?))`,
  );
  const overtaken = database
    .prepare<[{ ids: string; after: string }], number>(
      `SELECT EXISTS (SELECT 1 FROM answers WHERE shadowOf IS NULL AND at > @after
       AND routeId IN (SELECT routeId FROM releases WHERE id IN (SELECT value FROM json_each(@ids)))
       AND (releaseId IS NULL OR releaseId NOT IN (SELECT value FROM json_each(@ids))))`,
    )
    .pluck();
  const toAnswer = ({ result, grade: _, ...row }: ReadRow): StoredAnswer => ({
    ...row,
    result: result === null ? null : fromUnsealedJson<KeptResult>(database, `answers ${row.id}`, result),
  });
  return {
    add: ({ result, ...row }) => void insert.run({ ...row, result: result && JSON.stringify(result) }),
    get(id) {
      const row = byId.get(id);
      return row ? toAnswer(row) : null;
    },
    newest: (stationId, limit) => newest.all({ stationId, limit }).map(toAnswer),
    ungradedPairs: (rolloutId, limit) => pairs.all(rolloutId, limit),
    countUngradedPairs: (rolloutId) => countPairs.get(rolloutId) ?? 0,
    activity: (since) => activity.all(since),
    firstAt: () => firstAt.get() ?? null,
    monitored: (routeId, since) => monitored.all(routeId, since).map((row) => ({ ...row, unseen: row.unseen === 1 })),
    useOf(releaseIds) {
      const ids = JSON.stringify(releaseIds);
      const counts = use.get(ids);
      if (!counts || counts.asked === 0) return null;
      return { ...counts, overtaken: overtaken.get({ ids, after: counts.lastAt }) === 1 };
    },
    andons: (limit) => andons.all(limit).map(toAnswer),
  };
}
