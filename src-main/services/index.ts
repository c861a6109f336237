/** The use cases, wired by hand. */

import { atThisPc } from '../contract/caller.ts';
import { createAdapterExport } from './adapter-export.ts';
import { createAdapterImport } from './adapter-import.ts';
import { createAdapterTasks } from './adapter-tasks.ts';
import { createAdapters } from './adapters.ts';
import { createAnswerGiving } from './answer-giving.ts';
import { createAnswerRecords } from './answer-records.ts';
import { createAsk } from './ask.ts';
import { createBaseCheck } from './base-check.ts';
import { createBases } from './bases.ts';
import { onBehalfOf } from './caller-of-now.ts';
import { createCollected } from './collected.ts';
import { createContext, type ProjectHandlers, type ServiceOptions } from './context.ts';
import { createCosts } from './costs.ts';
import { createDatasets } from './datasets.ts';
import { createDecidedAnswers } from './decided-answers.ts';
import { createDevices } from './devices.ts';
import { createEvaluations } from './evaluations.ts';
import { createExamples } from './examples.ts';
import { createFileCheck } from './file-check.ts';
import { createFolders } from './folders.ts';
import { createGuardWatch } from './guard-watch.ts';
import { createInFlight } from './in-flight.ts';
import { createImports } from './imports.ts';
import type { Lanes } from './lanes.ts';
import { createModelChecks } from './model-checks.ts';
import { createModels } from './models.ts';
import { createMonitors } from './monitors.ts';
import { createPrecisions } from './precisions.ts';
import { createProgramAnswers } from './program-answers.ts';
import { createProject } from './project.ts';
import { createProbeComparison } from './probe-comparison.ts';
import { createProofs } from './proofs.ts';
import { createReports } from './reports.ts';
import { createProvenFiles } from './proven-files.ts';
import { createReleaseProofs } from './release-proofs.ts';
import { createReleases } from './releases.ts';
import { createRolloutSchedule, scheduleName } from './rollout-schedule.ts';
import { createRolloutViews } from './rollout-views.ts';
import { createRollouts } from './rollouts.ts';
import { createRouter } from './router.ts';
import { createRoutes } from './routes.ts';
import { createSafety } from './safety.ts';
import { createServing, type Serving } from './serving.ts';
import { createStanding, type Standing } from './standing.ts';
import { createStatus } from './status.ts';
import { createVotes } from './votes.ts';
import { createWordings } from './wordings.ts';
import { createTraining } from './training.ts';

export type { Bundled, ServiceOptions } from './context.ts';
export { createDispatcher } from './dispatch.ts';
export { createLanes, createTracks, workIn } from './lanes.ts';
export { createProjects, type OpenProject } from './projects.ts';

export interface Services {
  /** One use case for every request that is about one project. */
  readonly handlers: ProjectHandlers;
  readonly standing: Standing;
  /** The endpoint for programs and stations. */
  readonly serving: Serving;
  /** At boot: clears and marks what a killed host left behind. */
  recover(): void;
  /** Begins rollouts whose planned time has come. @returns the names of their routes */
  startDue(): Promise<readonly string[]>;
  /** Starts the model process: registers the starter, asks for the device. Never fails for the engine's sake. */
  start(): Promise<void>;
  /**
   * From now on what ends was cut off, so that it can be resumed; waits until everything is written. The caller closes the
   * engine meanwhile, which ends what runs, and the store afterwards.
   */
  close(): Promise<void>;
}

export function createServices(options: ServiceOptions, lanes: Lanes): Services {
  const context = createContext(options);
  const lane = lanes.models;
  const devices = createDevices(context);
  const models = createModels(context);
  const collected = createCollected(context);
  const datasets = createDatasets(context, { models, collected });
  const proofs = createProofs(context, devices);
  const tasks = createAdapterTasks(context, lanes.adapters);
  const training = createTraining(context, { lane, models, datasets, collected, devices, proofs });
  const evaluations = createEvaluations(context, { lane, datasets, devices });
  const costs = createCosts(context, { lane });
  const router = createRouter(context);
  const releaseProofs = createReleaseProofs(context, proofs);
  const files = createProvenFiles(context);
  const fileCheck = createFileCheck(context, { router, files });
  const inFlight = createInFlight();
  const compare = createProbeComparison(proofs);
  const baseCheck = createBaseCheck(context, { models, devices, proofs, compare, files, router });
  const releases = createReleases(context, { compare, releaseProofs, router, files, inFlight, baseCheck });
  const guards = createGuardWatch(context, router);
  const views = createRolloutViews(context, { router, guards });
  const records = createAnswerRecords(context, guards);
  const give = createAnswerGiving(context, { models, devices, files });
  const bases = createBases(context);
  const decided = createDecidedAnswers(context, { router, records, inFlight });
  const programs = createProgramAnswers(context, { router, decided, records, bases, models, devices, files });
  const ask = createAsk(context, { decided, give, records, bases, collected });
  const standing = createStanding(context);
  const serving = createServing(context, { programs, ask, standing });
  const precisions = createPrecisions(context, { lane, devices, collected });
  const rollouts = createRollouts(context, {
    ...{ router, records, releaseProofs, files },
    views,
  });
  const schedule = createRolloutSchedule(context, {
    router,
    views,
    begin({ name }) {
      const caller = { ...atThisPc('cli', context.projectId), operator: scheduleName };
      return onBehalfOf(caller, () => rollouts['rollouts.start']({ route: name, insistBecause: undefined }, caller));
    },
  });
  return {
    standing,
    handlers: {
      ...createStatus(context, { datasets, devices, training, evaluations, router }),
      ...devices.handlers,
      ...createProject(context, models),
      ...models.handlers,
      ...createModelChecks(context, { devices, collected }),
      ...precisions.handlers,
      ...createFolders(context),
      ...createExamples(context),
      ...createImports(context, collected),
      ...createSafety(context),
      ...createWordings(context, { models, devices, collected }),
      ...datasets.handlers,
      ...training.handlers,
      ...createAdapters(context, { lanes, tasks, proofs }),
      ...tasks.handlers,
      ...createAdapterImport(context, { lanes, tasks, proofs }),
      ...createAdapterExport(context, { lanes, tasks, proofs }),
      ...evaluations.handlers,
      ...createVotes(context),
      ...costs.handlers,
      ...createReports(context, evaluations),
      ...releases.handlers,
      ...createRoutes(context, { router, files }),
      ...rollouts,
      ...createMonitors(context, { router, guards }),
      ...ask.handlers,
      ...serving.handlers,
    },
    recover() {
      options.store.artefacts.clearStaged();
      options.store.datasets.clearStaged();
      options.store.examples.removeIncomplete();
      training.markInterrupted();
      training.clearCompleted();
      evaluations.markInterrupted();
    },
    serving,
    startDue: () => schedule.startDue(),
    async start() {
      await options.store.artefacts.clearUnfinished();
      await models.registerBundled();
      // The screen asks for the device again when it needs one.
      await devices.check().catch(() => {});
      await releases.proveOpenReverts();
      fileCheck.start();
      schedule.start();
    },
    async close() {
      schedule.close();
      await serving.close();
      for (const each of [lanes.models, lanes.adapters]) each.closing();
      await Promise.all([costs.close(), fileCheck.close()]);
      await Promise.all([lanes.models, lanes.adapters].map((each) => each.settled()));
    },
  };
}
