/** The whole path of a PoC through the app's own requests: collect, freeze, train, prove, apply, ask, revert. */

import { basename } from 'node:path';
import type { App } from '../../../contract/app.ts';
import type {
  AskResult,
  BaseModel,
  ComparisonTask,
  DatasetVersion,
  Evaluation,
  Language,
  Precision,
  Preset,
  Project,
  Release,
  TrainingRun,
} from '../../../contract/entities.ts';
import { OfficeError } from '../../../contract/errors.ts';
import { usualSettings } from '../../../contract/rules/project-settings.ts';
import { readInput } from '../input-file.ts';
import type { PocOutcome } from './outcome.ts';
import { waitsForPeopleAlone } from './tables.ts';
import { pocWords } from './words.ts';
import { errorOf, follow, type Request, requestsOf } from '../requests.ts';

export interface PocSettings {
  readonly language: Language;
  readonly preset: Preset;
  /** A Hugging Face folder instead of the starter model. */
  readonly modelDirectory: string | null;
  /** A table in any form that the window reads, instead of the sample plant. */
  readonly examplesFile: string | null;
  /** Leaves out rows that cannot be used, instead of refusing the file. */
  readonly skipInvalid: boolean;
  /** In which base and adapter answer: evaluated, proven and released in it. */
  readonly precision: Precision;
  /** Why an adapter is applied that does not meet the criteria; null: the watcher is asked. */
  readonly applyAnyway: string | null;
}

/** What somebody who watches is told, in this order. */
export interface PocWatcher {
  readonly prepared: (project: Project, model: BaseModel) => void;
  readonly frozen: (version: DatasetVersion) => void;
  /** `loss` of the newest step; null in events that bring no step. */
  readonly training: (run: TrainingRun, loss: number | null) => void;
  readonly trained: (run: TrainingRun) => void;
  readonly evaluating: (evaluation: Evaluation) => void;
  readonly evaluated: (evaluation: Evaluation) => void;
  /** Not passed: a reason to apply it all the same, or null. */
  readonly notPassed: (outcome: Pick<PocOutcome, 'evaluation' | 'project'>) => Promise<string | null>;
  readonly applied: (release: Release) => void;
  readonly asked: (answer: AskResult) => void;
  readonly reverted: (release: Release) => void;
  readonly comparingCosts: () => void;
}

export type PocPath = Omit<PocOutcome, 'dataDirectory' | 'finishedAt'>;

/** @throws OfficeError of whatever step could not be done. */
export async function walkPath(app: App, settings: PocSettings, watcher: PocWatcher): Promise<PocPath> {
  const request = requestsOf(app);
  const model = await chooseModel(request, settings.modelDirectory);
  if (settings.precision !== model.precision)
    await request('precisions.choose', { modelId: model.id, precision: settings.precision });
  const project = await collect(request, settings, model);
  watcher.prepared(project, model);
  const version = await request('datasets.freeze', {});
  watcher.frozen(version);

  const run = await train(app, request, settings.preset, watcher.training);
  watcher.trained(run);
  const adapter = (await request('adapters.list', {})).find(({ id }) => id === run.adapterId);
  if (!adapter) throw new OfficeError('not-found', { what: 'adapter', id: String(run.adapterId) });

  const evaluation = await evaluate(app, request, adapter.id, watcher.evaluating);
  watcher.evaluated(evaluation);

  const failed = evaluation.passed !== true;
  // Where only people have yet to look, it is tried: nobody is served here, and it is taken off again at once.
  const insists = async (): Promise<string | null> =>
    waitsForPeopleAlone(evaluation)
      ? pocWords(settings.language)('trialReason')
      : watcher.notPassed({ evaluation, project });
  const reason = failed ? (settings.applyAnyway ?? (await insists())) : null;
  const trial = failed && reason === null ? null : await tryOut(request, { evaluation, project, reason }, watcher);

  watcher.comparingCosts();
  await compareCosts(app, request, evaluation.id);
  const costs = await request('costs.get', { evaluationId: evaluation.id });
  const { heldOut, regression, train: trained } = version;
  const examples = { train: trained, heldOut, regression };
  return { project, model, examples, run, adapter, evaluation, trial, costs };
}

/** Applies it, asks a question and takes it off again. */
async function tryOut(
  request: Request,
  { evaluation, project, reason }: Pick<PocOutcome, 'evaluation' | 'project'> & { readonly reason: string | null },
  watcher: PocWatcher,
): Promise<NonNullable<PocOutcome['trial']>> {
  const { adapterId } = evaluation;
  const applied = await request('releases.apply', { adapterId, insistBecause: reason ?? undefined });
  watcher.applied(applied);
  const { items } = await request('evaluations.get', { evaluationId: evaluation.id });
  const question = items.find(({ set, baseRight, adapterRight }) => set === 'phrasings' && !baseRight && adapterRight);
  const answer = await request('ask.ask', { question: (question ?? items[0])?.question ?? project.purpose });
  watcher.asked(answer);
  const reverted = await request('releases.revert', {});
  watcher.reverted(reverted);
  return { applied, answer, reverted };
}

async function chooseModel(request: Request, directory: string | null): Promise<BaseModel> {
  if (directory !== null) return request('models.add', { directory });
  const starter = (await request('models.list', {})).find(({ bundled }) => bundled);
  if (!starter) throw new OfficeError('not-found', { what: 'model', id: 'starter' });
  return starter;
}

/** Fills the empty project. The sample plant brings its own description unless something else was chosen. */
async function collect(request: Request, settings: PocSettings, model: BaseModel): Promise<Project> {
  const { language, modelDirectory, examplesFile } = settings;
  if (modelDirectory !== null || examplesFile !== null) {
    await request('project.save', {
      ...plainProject,
      site: examplesFile === null ? model.name : basename(examplesFile),
      currency: language === 'ja' ? 'JPY' : 'EUR',
      modelId: model.id,
    });
  }
  if (examplesFile === null) {
    await request('project.loadSample', { language });
  } else {
    const base64 = readInput(examplesFile).toString('base64');
    const { importId, mapping } = await request('import.preview', {
      kind: 'file',
      fileName: basename(examplesFile),
      base64,
    });
    await request('import.commit', { importId, mapping, skipInvalid: settings.skipInvalid });
  }
  const { project } = await request('app.status', {});
  if (!project) throw new OfficeError('project-missing');
  return project;
}

const plainProject = {
  department: '',
  purpose: '',
  targetScore: 0.8,
  largestRegression: 0.02,
  ...usualSettings,
  questionsPerDay: 0,
  minutesPerQuestion: 0,
  hourlyCost: 0,
};

async function train(
  app: App,
  request: Request,
  preset: Preset,
  onProgress: PocWatcher['training'],
): Promise<TrainingRun> {
  let runId = '';
  const run = await follow<TrainingRun>(app, {
    start: async () => {
      runId = (await request('training.start', { preset })).id;
    },
    look: () => request('training.get', { runId }),
    stateIn: (event) => {
      if (event.kind !== 'training') return null;
      onProgress(event.run, event.metrics.at(-1)?.loss ?? null);
      return event.run;
    },
    ended: ({ state }) => !['waiting', 'running', 'paused'].includes(state),
  });
  if (run.state !== 'completed') throw errorOf(run.error ?? { code: 'cancelled', values: {} });
  return run;
}

async function evaluate(
  app: App,
  request: Request,
  adapterId: string,
  onProgress: (evaluation: Evaluation) => void,
): Promise<Evaluation> {
  let evaluationId = '';
  const evaluation = await follow<Evaluation>(app, {
    start: async () => {
      evaluationId = (await request('evaluations.start', { adapterId })).id;
    },
    look: () => request('evaluations.get', { evaluationId }),
    stateIn: (event) => {
      if (event.kind !== 'evaluating') return null;
      onProgress(event.evaluation);
      return event.evaluation;
    },
    ended: ({ state }) => state !== 'running',
  });
  if (evaluation.state !== 'completed') throw errorOf(evaluation.error ?? { code: 'cancelled', values: {} });
  return evaluation;
}

/** Where the steps cannot be run, e.g. for want of memory, costs stay computed by formula. */
async function compareCosts(app: App, request: Request, evaluationId: string): Promise<void> {
  await follow<ComparisonTask | null>(app, {
    start: async () => void (await request('costs.measure', { evaluationId })),
    look: () => request('costs.task', {}),
    stateIn: (event) => (event.kind === 'comparing-costs' ? event.task : null),
    ended: (task) => task?.state !== 'running',
  });
}
