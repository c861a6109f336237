/** The store's door: one database with a small store for each aggregate, and the artefacts beside it. */

import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { type AdapterStore, createAdapterStore } from './adapters.ts';
import { type AnswerStore, createAnswerStore } from './answers.ts';
import { type Artefacts, createArtefacts } from './artefacts.ts';
import { type CertificateStore, createCertificateStore } from './certificate.ts';
import { type ClientStore, createClientStore } from './clients.ts';
import { createDatasetStore, type DatasetStore } from './datasets.ts';
import { createEvaluationStore, type EvaluationStore } from './evaluations.ts';
import { createExampleStore, type ExampleStore } from './examples.ts';
import { createLogStore, type LogStore } from './log.ts';
import { createModelStore, type ModelStore } from './models.ts';
import { openDatabase } from './open.ts';
import { databaseName } from './project-folders.ts';
import { createProjectStore, type ProjectStore } from './project.ts';
import { createProvenFileStore, type ProvenFileStore } from './proven-files.ts';
import { createRejectedWordingStore, type RejectedWordingStore } from './rejected-wordings.ts';
import { createReleaseStore, type ReleaseStore } from './releases.ts';
import { createRouteEventStore, type RouteEventStore } from './route-events.ts';
import { createRouteStore, type RouteStore } from './routes.ts';
import { createRunStore, type RunStore } from './runs.ts';
import { createSafetyStore, type SafetyStore } from './safety.ts';
import { checkSettings, createSettingsStore, type SettingsStore } from './settings.ts';
import { namingFile } from './statements.ts';
import { createStationStore, type StationStore } from './stations.ts';
import { createVoteStore, type VoteStore } from './votes.ts';
import { storageError } from './storage-errors.ts';

export { projectFolders, type ProjectFolders } from './project-folders.ts';

export interface Store {
  readonly settings: SettingsStore;
  readonly project: ProjectStore;
  readonly models: ModelStore;
  readonly examples: ExampleStore;
  readonly datasets: DatasetStore;
  readonly runs: RunStore;
  readonly adapters: AdapterStore;
  readonly evaluations: EvaluationStore;
  readonly releases: ReleaseStore;
  readonly provenFiles: ProvenFileStore;
  readonly routes: RouteStore;
  readonly routeEvents: RouteEventStore;
  readonly stations: StationStore;
  readonly clients: ClientStore;
  readonly certificate: CertificateStore;
  readonly votes: VoteStore;
  readonly safety: SafetyStore;
  readonly rejectedWordings: RejectedWordingStore;
  readonly answers: AnswerStore;
  readonly log: LogStore;
  readonly artefacts: Artefacts;
  /** All or nothing, on disk when it returns. Nested calls join the outer one. @throws OfficeError disk-full */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens (or makes) the data of one project, in its folder.
 * @throws OfficeError database-locked, database-damaged, database-newer, disk-full, file-unwritable
 */
export function openStore(dataDirectory: string): Store {
  const file = join(dataDirectory, databaseName);
  const database = namingFile(openDatabase(file));
  try {
    checkSettings(database);
    return storeOf(database, dataDirectory);
  } catch (error) {
    database.close();
    throw error;
  }
}

function storeOf(database: Database, dataDirectory: string): Store {
  const artefacts = createArtefacts(dataDirectory);
  return {
    settings: createSettingsStore(database),
    project: createProjectStore(database),
    models: createModelStore(database),
    examples: createExampleStore(database),
    datasets: createDatasetStore(database),
    runs: createRunStore(database),
    adapters: createAdapterStore(database, artefacts),
    evaluations: createEvaluationStore(database),
    releases: createReleaseStore(database),
    provenFiles: createProvenFileStore(database),
    routes: createRouteStore(database),
    routeEvents: createRouteEventStore(database),
    stations: createStationStore(database),
    clients: createClientStore(database),
    certificate: createCertificateStore(dataDirectory),
    votes: createVoteStore(database),
    safety: createSafetyStore(database),
    rejectedWordings: createRejectedWordingStore(database),
    answers: createAnswerStore(database),
    log: createLogStore(database),
    artefacts,
    transaction(work) {
      try {
        return database.transaction(work).immediate();
      } catch (error) {
        throw storageError(error, database.name) ?? error;
      }
    },
    close: () => void database.close(),
  };
}
