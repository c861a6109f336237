/** Plain-function wiring: a data directory in, the app with the requests and events of all its projects out. */

import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import packageFile from '../package.json' with { type: 'json' };
import type { App } from './contract/app.ts';
import type { AppEvent, AppListener } from './contract/events.ts';
import type { Engine } from './engine/engine.ts';
import type { StartProcess } from './engine/process.ts';
import { createSupervisor } from './engine/supervisor.ts';
import { createTableReader } from './importers/index.ts';
import {
  type Bundled,
  createDispatcher,
  createLanes,
  createProjects,
  createServices,
  createTracks,
  type OpenProject,
  workIn,
} from './services/index.ts';
import { bundledHere } from './services/bundled-files.ts';
import type { StationPage } from './serving/station-page.ts';
import { openStore, projectFolders } from './store/index.ts';
import { requireShortEnough } from './store/path-limit.ts';

/** Where technical things are written down. Never questions or answers. */
export interface TechnicalLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ComposeOptions {
  /** Absolute; made where it is missing. */
  readonly dataDirectory: string;
  readonly log: TechnicalLog;
  readonly startProcess: StartProcess;
  /** The module of the model process; the bundled hosts pass theirs. */
  readonly workerEntry?: string;
  /** The module of the process that reads tables; likewise. */
  readonly readerEntry?: string;
  readonly bundled?: Bundled;
  /** The Ask page for stations, for hosts that have pages. */
  readonly stationPage?: StationPage;
  /** The system's folder dialog, for hosts that have one. */
  readonly chooseFolder?: (title: string) => Promise<string | null>;
  /** Prints a self-contained page on A4, for hosts that can. */
  readonly printPdf?: (html: string) => Promise<Uint8Array>;
  /** Another engine than processes that are supervised: tests move one by hand. */
  readonly openEngine?: () => Engine;
  readonly clock?: () => Date;
  readonly ids?: () => string;
}

export interface ComposedApp extends App {
  readonly engine: Engine;
  /** From now on programs and stations are answered, in all departments where an administrator switched that on. */
  serve(): Promise<void>;
  /** Names of the departments that answer programs and stations. */
  serving(): readonly string[];
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** @throws OfficeError data-path-too-long, database-locked, database-damaged, database-newer, disk-full, file-unwritable */
export function compose(options: ComposeOptions): ComposedApp {
  const { dataDirectory, log, startProcess, clock = () => new Date(), ids = randomUUID } = options;
  requireShortEnough(dataDirectory);
  const listeners = new Set<AppListener>();
  const tell = (event: AppEvent, about: string | null): void => {
    for (const listener of listeners) listener(event, about);
  };
  const supervised = () =>
    createSupervisor({
      entry: options.workerEntry ?? here('engine/model-process.ts'),
      startProcess,
      log,
      onQuantizing: (progress) => tell({ kind: 'quantizing', progress }, null),
    });
  const { openEngine = supervised } = options;
  /** Of all projects: the machine is one. */
  const shared = {
    engine: openEngine(),
    openEngine,
    tables: createTableReader({
      entry: options.readerEntry ?? here('importers/reading-process.ts'),
      startProcess,
      log,
    }),
    clock,
    ids,
    dataDirectory,
    bundled: options.bundled ?? bundledHere,
    operator: userInfo().username,
    version: packageFile.version,
    stationPage: options.stationPage ?? null,
    chooseFolder: options.chooseFolder ?? null,
    printPdf: options.printPdf ?? null,
  };
  const listChanged = () => tell({ kind: 'changed', topics: ['projects'] }, null);
  const tracks = createTracks(listChanged);

  function openProject(id: string, folder: string): OpenProject {
    const store = openStore(folder);
    const publish = (event: AppEvent): void => {
      tell(event, id);
      // Set up may have named it.
      if (event.kind === 'changed' && event.topics.includes('project')) listChanged();
    };
    const lanes = createLanes(clock, tracks, () => services.standing.name() || id);
    const failed = (error: unknown, what: string) =>
      log.error({ project: id, what, detail: detailOf(error) }, 'endpoint failed');
    const services = createServices(
      { ...shared, projectId: id, store, publish, failed, portsBeside: () => projects.portsBeside(id) },
      lanes,
    );
    try {
      services.recover();
    } catch (error) {
      store.close();
      throw error;
    }
    return { store, services, work: () => workIn(lanes) };
  }

  const projects = createProjects({
    dataDirectory,
    folders: projectFolders(dataDirectory),
    open: openProject,
    ids,
    changed: listChanged,
    failed: (error, project) => log.error({ project, detail: detailOf(error) }, 'a project failed'),
  });
  return {
    engine: shared.engine,
    dispatch: createDispatcher(projects.handlerOf, (error, request) => {
      log.error({ request, detail: detailOf(error) }, 'request failed unexpectedly');
    }),
    subscribe: (listener) => {
      listeners.add(listener);
      // The window comes first: a model process that starts beside it doubles its time, and what it finds is an event.
      void projects.start();
      return () => void listeners.delete(listener);
    },
    serve: () => projects.serve(),
    serving: () => projects.serving(),
    close: () => projects.close(() => shared.engine.close()),
  };
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
