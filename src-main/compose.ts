/** Plain-function wiring: a data directory in, the app with its requests and events out. */

import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import packageFile from '../package.json' with { type: 'json' };
import type { App } from './contract/app.ts';
import type { AppEvent } from './contract/events.ts';
import type { Engine } from './engine/engine.ts';
import type { StartProcess } from './engine/process.ts';
import { createSupervisor } from './engine/supervisor.ts';
import { createTableReader } from './importers/index.ts';
import { type Bundled, createDispatcher, createServices } from './services/index.ts';
import { openStore } from './store/index.ts';

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
  /** The system's folder dialog, for hosts that have one. */
  readonly chooseFolder?: (title: string) => Promise<string | null>;
  /** Prints a self-contained page on A4, for hosts that can. */
  readonly printPdf?: (html: string) => Promise<Uint8Array>;
  readonly clock?: () => Date;
  readonly ids?: () => string;
}

export interface ComposedApp extends App {
  readonly engine: Engine;
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The starter model, the sample plant and the safety pack, where they lie in the project. */
const bundledHere: Bundled = {
  starterModelDirectory: here('../native-models/starter/model'),
  samplePlantFile: here('../native-models/starter/sample-plant/sample-plant.jsonl'),
  regressionFile: here('../native-models/starter/sample-plant/regression.jsonl'),
  rehearsalFile: here('../native-models/starter/sample-plant/rehearsal.jsonl'),
  safetyFile: here('safety-pack/safety.jsonl'),
};

/** @throws OfficeError database-locked, database-damaged, database-newer, disk-full, file-unwritable */
export function compose(options: ComposeOptions): ComposedApp {
  const { dataDirectory, log, startProcess } = options;
  const store = openStore(dataDirectory);
  const listeners = new Set<(event: AppEvent) => void>();
  const publish = (event: AppEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const openEngine = () =>
    createSupervisor({
      entry: options.workerEntry ?? here('engine/model-process.ts'),
      startProcess,
      log,
      onQuantizing: (progress) => publish({ kind: 'quantizing', progress }),
    });
  const engine = openEngine();
  const services = createServices({
    store,
    engine,
    openEngine,
    tables: createTableReader({
      entry: options.readerEntry ?? here('importers/reading-process.ts'),
      startProcess,
      log,
    }),
    clock: options.clock ?? (() => new Date()),
    ids: options.ids ?? randomUUID,
    dataDirectory,
    bundled: options.bundled ?? bundledHere,
    publish,
    operator: userInfo().username,
    version: packageFile.version,
    chooseFolder: options.chooseFolder ?? null,
    printPdf: options.printPdf ?? null,
  });
  services.recover();
  let started: Promise<void> | null = null;
  const start = () =>
    services.start().catch((error: unknown) => log.error({ detail: detailOf(error) }, 'start failed'));
  return {
    engine,
    dispatch: createDispatcher(services.handlers, (error, request) => {
      log.error({ request, detail: detailOf(error) }, 'request failed unexpectedly');
    }),
    subscribe: (listener) => {
      listeners.add(listener);
      // The window comes first: a model process that starts beside it doubles its time, and what it finds is an event.
      started ??= start();
      return () => void listeners.delete(listener);
    },
    close: async () => {
      await services.close();
      await started;
      store.close();
    },
  };
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
