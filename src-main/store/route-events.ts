/** What happened to answers on a route: given, graded, crashed. Only ever added; guards are replayed from it. */

import type { Database } from 'better-sqlite3';
import type { AnswerFacts, Arm, Grade, GuardEvent } from '../contract/entities.ts';
import { insertInto } from './rows.ts';
import { requireWhole, wholeRow } from './seals.ts';

/** What happened, without its place in the sequence. */
export type AnswerEvent = GuardEvent extends infer Each
  ? Each extends GuardEvent
    ? Omit<Each, 'sequence'>
    : never
  : never;

export interface EventPlace {
  readonly routeId: string;
  /** The rollout that counts it; null: none was under way. */
  readonly rolloutId: string | null;
  readonly by: string;
  readonly at: string;
}

export interface RouteEventStore {
  add(event: AnswerEvent, place: EventPlace): void;
  /**
   * In order.
   * @param after only what came later in the sequence
   * @throws OfficeError database-damaged, where one is no longer what was written
   */
  ofRollout(rolloutId: string, after?: number): readonly GuardEvent[];
  /** When something happened; null: there is nothing at this place. */
  atOf(sequence: number): string | null;
  /** As it was last corrected; null: nobody graded it. */
  gradeOf(answerId: string): Grade | null;
}

interface EventRow {
  readonly sequence: number;
  readonly kind: 'answer' | 'grade' | 'crash';
  readonly answerId: string;
  readonly body: string;
}
type NewRow = Omit<EventRow, 'sequence'> & EventPlace & { readonly reason: string };
type Body = { readonly arm: Arm; readonly facts: AnswerFacts } & { readonly grade: Grade };

export function createRouteEventStore(database: Database): RouteEventStore {
  const insert = insertInto<NewRow>(database, 'routeEvents', [
    'routeId',
    'kind',
    'rolloutId',
    'answerId',
    'body',
    'reason',
    'by',
    'at',
  ]);
  const ofRollout = database.prepare<[string, number], EventRow & { readonly whole: number }>(
    `SELECT sequence, kind, answerId, body, ${wholeRow(database, 'routeEvents')} AS whole FROM routeEvents
     WHERE kind <> 'step' AND rolloutId = ? AND sequence > ? ORDER BY sequence`,
  );
  const grade = database.prepare<[string], { body: string }>(
    `SELECT body FROM routeEvents WHERE kind = 'grade' AND answerId = ? ORDER BY sequence DESC LIMIT 1`,
  );
  const at = database.prepare<[number], string>('SELECT at FROM routeEvents WHERE sequence = ?').pluck();
  return {
    atOf: (sequence) => at.get(sequence) ?? null,
    add: ({ kind, answerId, ...body }, place) =>
      void insert.run({ kind, answerId, body: JSON.stringify(body), reason: '', ...place }),
    ofRollout: (rolloutId, after = 0) =>
      ofRollout.all(rolloutId, after).map((row) => toEvent(requireWhole(database, 'routeEvents', row, row.sequence))),
    gradeOf(answerId) {
      const row = grade.get(answerId);
      return row ? (JSON.parse(row.body) as Body).grade : null;
    },
  };
}

function toEvent({ sequence, kind, answerId, body }: EventRow): GuardEvent {
  const place = { sequence, answerId };
  if (kind === 'crash') return { kind, ...place };
  const { arm, facts, grade } = JSON.parse(body) as Body;
  return kind === 'grade' ? { kind, ...place, grade } : { kind, ...place, arm, facts };
}
