/**
 * Every request the shop window may make. What one takes, gives and needs stands in the file of its area; this page only
 * joins them. The same list is served over Electron's IPC, over loopback and to the command line.
 */

import type { GenericSchema, InferInput, InferOutput } from 'valibot';
import {
  adapterEvents,
  adapterExportRequests,
  adapterImportRequests,
  adapterRequests,
  adapterTaskRequests,
} from './areas/adapters.ts';
import { appEvents, appRequests } from './areas/app.ts';
import { askEvents, askRequests } from './areas/ask.ts';
import { costEvents, costRequests } from './areas/costs.ts';
import { datasetEvents, datasetRequests } from './areas/datasets.ts';
import { deviceEvents, deviceRequests } from './areas/devices.ts';
import { evaluationEvents, evaluationRequests } from './areas/evaluations.ts';
import { exampleEvents, exampleRequests, importRequests } from './areas/examples.ts';
import { folderRequests, modelCheckRequests, modelEvents, modelRequests } from './areas/models.ts';
import { monitorRequests } from './areas/monitors.ts';
import { precisionEvents, precisionRequests } from './areas/precisions.ts';
import { projectEvents, projectRequests } from './areas/project.ts';
import { projectListEvents, projectListRequests } from './areas/projects.ts';
import { reportEvents, reportRequests } from './areas/reports.ts';
import { releaseEvents, releaseRequests } from './areas/releases.ts';
import { rolloutEvents, rolloutRequests } from './areas/rollouts.ts';
import { routeEvents, routeRequests } from './areas/routes.ts';
import { safetyEvents, safetyRequests } from './areas/safety.ts';
import { servingEvents, servingRequests } from './areas/serving.ts';
import { trainingEvents, trainingRequests } from './areas/training.ts';
import { voteEvents, voteRequests } from './areas/votes.ts';
import { wordingEvents, wordingRequests } from './areas/wordings.ts';
import type { Caller } from './caller.ts';
import type { ErrorReport } from './entities.ts';
import type { Output, Query, RequestDescription } from './request.ts';

/** By name: `subject.verb`; a request without input takes `{}`. */
export const requests = {
  ...appRequests,
  ...deviceRequests,
  ...projectRequests,
  ...projectListRequests,
  ...modelRequests,
  ...modelCheckRequests,
  ...folderRequests,
  ...precisionRequests,
  ...exampleRequests,
  ...importRequests,
  ...datasetRequests,
  ...safetyRequests,
  ...wordingRequests,
  ...trainingRequests,
  ...adapterRequests,
  ...adapterTaskRequests,
  ...adapterImportRequests,
  ...adapterExportRequests,
  ...evaluationRequests,
  ...voteRequests,
  ...costRequests,
  ...reportRequests,
  ...releaseRequests,
  ...routeRequests,
  ...rolloutRequests,
  ...monitorRequests,
  ...askRequests,
  ...servingRequests,
};

/** What `LogEntry.kind` can be. */
export const eventKinds = [
  ...appEvents,
  ...deviceEvents,
  ...projectEvents,
  ...projectListEvents,
  ...modelEvents,
  ...precisionEvents,
  ...exampleEvents,
  ...datasetEvents,
  ...safetyEvents,
  ...wordingEvents,
  ...trainingEvents,
  ...adapterEvents,
  ...evaluationEvents,
  ...voteEvents,
  ...costEvents,
  ...reportEvents,
  ...releaseEvents,
  ...routeEvents,
  ...rolloutEvents,
  ...askEvents,
  ...servingEvents,
] as const;

export type EventKind = (typeof eventKinds)[number];

type Requests = typeof requests;
export type RequestName = keyof Requests;
/** Requests that only read, so that a window can keep their answers fresh. */
export type QueryName = {
  [Name in RequestName]: Requests[Name] extends Query<GenericSchema, unknown> ? Name : never;
}[RequestName];

/** As a caller gives it: what has a default may be left out. */
export type RequestInput<Name extends RequestName> = InferInput<Requests[Name]['input']>;
/** As a use case gets it. */
export type ValidInput<Name extends RequestName> = InferOutput<Requests[Name]['input']>;
export type RequestOutput<Name extends RequestName> = ValueOf<Requests[Name]>;

type ValueOf<Description> = Description extends { readonly output: Output<infer Value> } ? Value : never;

/** A use case for every request of an area: validated input and caller in, output or an `OfficeError` out. */
export type HandlersOf<Area extends Readonly<Record<string, RequestDescription>>> = {
  readonly [Name in keyof Area]: (
    input: InferOutput<Area[Name]['input']>,
    caller: Caller,
  ) => Promise<ValueOf<Area[Name]>>;
};

/** What comes back for every request: a value, or an error with a code. Never a thrown stack. */
export type Reply<Name extends RequestName> =
  { readonly ok: true; readonly value: RequestOutput<Name> } | { readonly ok: false; readonly error: ErrorReport };
