/** What happened on a route lately, point by point: how much was asked, how long it took, what people said, what guards saw. */

import type { GuardName } from './rollout.ts';

/** How far back: one point stands for a minute, half an hour, three hours, half a day. */
export type MonitorPeriod = 'hour' | 'day' | 'week' | 'month';

/** Of one release, seen or unseen. Each list has one value for each of the view's points. */
export interface MonitorSeries {
  /** null: the base alone. */
  readonly releaseId: string | null;
  readonly name: string | null;
  readonly number: number | null;
  /** Answered beside what people read. */
  readonly unseen: boolean;
  readonly answers: readonly number[];
  /** Seconds within which half of them came; null where nothing was answered. */
  readonly median: readonly (number | null)[];
  /** Seconds within which nine in ten came. */
  readonly slow: readonly (number | null)[];
  /** Graded right or, unseen, no worse than what people read. */
  readonly right: readonly number[];
  /** Graded wrong or, unseen, worse. */
  readonly wrong: readonly number[];
}

/** How near the guards of the route's newest rollout came to halting it. */
export interface MonitorGuards {
  readonly candidate: string;
  /** Of the guard that was nearest, by the end of each point: log E in shares of its line, 1 halts; null before any answer. */
  readonly nearness: readonly (number | null)[];
  readonly nearest: readonly (GuardName | null)[];
}

export interface MonitorView {
  readonly route: string;
  /** Milliseconds that each point stands for. */
  readonly step: number;
  /** When each begins, as milliseconds since 1970, oldest first; the last one is not over yet. */
  readonly times: readonly number[];
  readonly series: readonly MonitorSeries[];
  /** null: no rollout has begun. */
  readonly guards: MonitorGuards | null;
}
