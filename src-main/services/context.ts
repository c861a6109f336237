/** What every use case is given, and the one way in which all of them change something. */

import type { projectListRequests } from '../contract/areas/projects.ts';
import type { LogEntry } from '../contract/entities.ts';
import type { Edited } from '../contract/entry-words.ts';
import { OfficeError } from '../contract/errors.ts';
import type { AppEvent, Topic } from '../contract/events.ts';
import type { EventKind, HandlersOf, requests } from '../contract/requests.ts';
import type { Engine } from '../engine/engine.ts';
import type { TableReader } from '../importers/index.ts';
import type { StationPage } from '../serving/station-page.ts';
import type { Store } from '../store/index.ts';
import { callerOfNow } from './caller-of-now.ts';

/** A use case for every request. */
export type Handlers = HandlersOf<typeof requests>;

/** Those that are about one project. */
export type ProjectHandlers = Omit<Handlers, keyof typeof projectListRequests>;

/** Files that come with the app. */
export interface Bundled {
  /** Hugging Face folder of the starter model. */
  readonly starterModelDirectory: string;
  /** JSON Lines of `{id, question, answer, category, split}`. */
  readonly samplePlantFile: string;
  /** JSON Lines of `{id, question, answer}`: general skills that must not get worse. */
  readonly regressionFile: string;
  /** JSON Lines of `{id, question, answer, category, required, forbidden}`: what must never be answered wrongly. */
  readonly safetyFile: string;
  /** JSON Lines of `{id, question, answer}`: general skills of the starter, mixed into its trainings so that they stay. */
  readonly rehearsalFile: string;
}

export interface ServiceOptions {
  /** Id of the one project that all this is about. */
  readonly projectId: string;
  readonly store: Store;
  readonly engine: Engine;
  /** Opens another one, whose processes nobody shares. The caller closes it. */
  readonly openEngine: () => Engine;
  readonly tables: TableReader;
  readonly clock: () => Date;
  readonly ids: () => string;
  readonly dataDirectory: string;
  readonly bundled: Bundled;
  readonly publish: (event: AppEvent) => void;
  /** For the technical log: what failed while nobody waited for it. Never what was asked. */
  readonly failed: (error: unknown, what: string) => void;
  /** Who works here until somebody says otherwise, e.g. the account's name. */
  readonly operator: string;
  /** The app's version. */
  readonly version: string;
  /** Ports that the endpoints of the other projects have. */
  readonly portsBeside: () => readonly number[];
  /** The Ask page for stations; null where the host has no pages. */
  readonly stationPage: StationPage | null;
  /** Shows the system's folder dialog under this title; null where the host has none. */
  readonly chooseFolder: ((title: string) => Promise<string | null>) | null;
  /** Prints a self-contained page on A4; null where the host has nothing that prints. */
  readonly printPdf: ((html: string) => Promise<Uint8Array>) | null;
}

/** What work on folders takes: the office has it, and so has a command without a database. */
export type Workplace = Pick<ServiceOptions, 'engine' | 'dataDirectory' | 'bundled'>;

/** What happened, for the log. */
export interface Happening {
  readonly kind: EventKind;
  readonly subject: string;
  readonly values?: LogEntry['values'];
  /** Old and new of what is edited: `changesBetween` of before and after. */
  readonly changes?: LogEntry['changes'];
}

export interface Context extends ServiceOptions {
  now(): string;
  /** Now; where the clock was set back since, that earlier time: nothing ends before it began. */
  nowAfter(earlier: string): string;
  /** Signs what is changed now: the caller's name or, where nobody knows it, whoever works at this PC. */
  currentOperator(): string;
  /**
   * The change and its log entry in one transaction; windows hear of it once it is on disk.
   * @throws OfficeError disk-full, and whatever `work` throws: then nothing was changed
   */
  change<Result>(topics: readonly Topic[], happening: Happening, work: () => Result): Result;
  /** One more log entry, inside the `work` of a change. @param by who did it, where that was nobody who asks */
  also(happening: Happening, by?: string): void;
}

export function createContext(options: ServiceOptions): Context {
  const { store, clock, publish } = options;
  const now = () => clock().toISOString();
  const nowAfter = (earlier: string) => (now() < earlier ? earlier : now());
  const currentOperator = () => callerOfNow()?.operator ?? store.settings.get('operator') ?? options.operator;
  const also: Context['also'] = ({ kind, subject, values = {}, changes = [] }, by = currentOperator()) =>
    store.log.append({ at: now(), by, kind, subject, values, changes });
  return {
    ...options,
    now,
    nowAfter,
    currentOperator,
    also,
    change(topics, happening, work) {
      const result = store.transaction(() => {
        const made = work();
        also(happening);
        return made;
      });
      publish({ kind: 'changed', topics: [...topics, 'log'] });
      return result;
    },
  };
}

/** @throws OfficeError not-found */
export function requireFound<Value>(value: Value | null, what: string, id: string): Value {
  if (value === null) throw new OfficeError('not-found', { what, id });
  return value;
}

/**
 * What somebody edits must still be what they read: two windows do not overwrite each other unasked.
 * @param basedOn its `updatedAt` when it was read, empty where there was none; undefined: nobody asks
 * @throws OfficeError changed-meanwhile
 */
export function requireUnchanged(
  what: Edited,
  present: { readonly updatedAt: string } | null,
  basedOn: string | undefined,
): void {
  if (basedOn === undefined || !present || present.updatedAt === basedOn) return;
  throw new OfficeError('changed-meanwhile', { what, at: present.updatedAt });
}
