/** The app as a whole: its steps, its log, its errors. */

import type { HostKind } from '../caller.ts';
import type { DeviceReport } from './device.ts';
import type { Project } from './project.ts';
import type { Release } from './release.ts';
import type { RolloutState } from './rollout.ts';

export type Language = 'ja' | 'en';

/** What a log entry says of one field: a text, a number, a yes or no; null: nothing there. */
export type LogValue = string | number | boolean | null;

export interface FieldChange {
  /** As the contract names it; `outer.inner` where it lies in another. */
  readonly field: string;
  readonly before: LogValue;
  readonly after: LogValue;
}

export interface LogEntry {
  readonly id: number;
  readonly at: string;
  readonly by: string;
  /** e.g. `release.applied`; the list is `eventKinds` in requests.ts. */
  readonly kind: string;
  readonly subject: string;
  readonly values: Readonly<Record<string, LogValue>>;
  /** Old and new, of what was edited. */
  readonly changes: readonly FieldChange[];
  /** `erasable`: `values` and `changes` hold texts of an example, which may be erased; `erased`: they were. */
  readonly texts: 'none' | 'erasable' | 'erased';
}

/** Which entries of the log; what is empty, or null, lets every entry through. */
export interface LogFilter {
  readonly kind: string;
  readonly by: string;
  /** What it was done to: a part of its name. */
  readonly subject: string;
  /** Anywhere in the entry; case, width and spacing do not matter. */
  readonly text: string;
  /** From this moment on. */
  readonly from: string | null;
  /** Before this moment. */
  readonly until: string | null;
}

/** A path through the seven steps, with how far this project is. */
export type StepName = 'setup' | 'collect' | 'train' | 'prove' | 'rollout' | 'operate' | 'govern';

export type StepState = 'not-begun' | 'in-progress' | 'done' | 'needs-you';

export interface AppStatus {
  readonly version: string;
  readonly operator: string;
  readonly steps: Readonly<Record<StepName, StepState>>;
  readonly project: Project | null;
  readonly device: DeviceReport | null;
  readonly release: Release | null;
  /** Of the standard route's newest rollout; null: there was none. */
  readonly rollout: RolloutState | null;
  readonly activeRunId: string | null;
  readonly activeEvaluationId: string | null;
  readonly exampleCount: number;
  readonly dataDirectory: string;
  /** What the one who asks looks through. */
  readonly host: HostKind;
}

/** An error as it crosses the hallway: a code for the screen, the values it names. */
export interface ErrorReport {
  readonly code: string;
  readonly values: Readonly<Record<string, string | number>>;
}
