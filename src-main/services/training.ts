/** Training runs: plan, start, pause, resume, cancel; and what happens when one ends, by itself or not. */

import type { trainingRequests } from '../contract/areas/training.ts';
import type {
  AdapterConfiguration,
  AdapterProof,
  BaseModel,
  RunSettings,
  RunState,
  TrainingRun,
} from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { canResume, isActive } from '../contract/rules/runs.ts';
import { smallestSplit } from '../domain/dataset.ts';
import { presetSettings } from '../domain/presets.ts';
import { moveRun } from '../domain/runs.ts';
import type { Collected } from './collected.ts';
import { type Context, requireFound } from './context.ts';
import type { Datasets } from './datasets.ts';
import type { Devices } from './devices.ts';
import { continuedSettings, initialAdapter } from './initial-adapter.ts';
import type { Ending, Lane, LongWork, WorkHooks } from './long-work.ts';
import type { Models } from './models.ts';
import type { Proofs } from './proofs.ts';
import { startTraining, type TrainingEvent } from './start-training.ts';
import { adoptAdapter, type TrainJob, trainJob, type TrainResult } from './training-files.ts';
import { TrainingWatch } from './training-watch.ts';

export interface Training {
  readonly handlers: HandlersOf<typeof trainingRequests>;
  /** Runs without a job: a former host left them behind, or their end could not be written down. */
  markInterrupted(): void;
  /** What a host that was killed left of runs whose adapter is in its place. */
  clearCompleted(): void;
  /** The run whose job is at work. */
  activeId(): string | null;
}

interface Live {
  readonly watch: TrainingWatch;
  /** The training, then the proof of its adapter. */
  readonly work: LongWork;
}

const topics = ['runs', 'status'] as const;
/** Where a plan would write; nothing is ever put there. */
const planName = 'plan';
/** Of very many examples a plan looks at some that stand for all. */
const plannedExamples = 600;

export function createTraining(
  context: Context,
  {
    lane,
    models,
    datasets,
    collected,
    devices,
    proofs,
  }: { lane: Lane; models: Models; datasets: Datasets; collected: Collected; devices: Devices; proofs: Proofs },
): Training {
  const { store, engine } = context;
  let newest: Live | null = null;

  const requireRun = (id: string) => requireFound(store.runs.get(id), 'run', id);
  const live = () => (newest?.work.running ? newest : null);
  const liveRun = (id: string) => (live()?.watch.run.id === id ? live() : null);

  async function prepare({ preset, basePrecision, settings, initialAdapterId }: ValidInput<'training.plan'>) {
    const model = await models.current();
    const initial = initialAdapter(context, initialAdapterId, model);
    const asked = settings ?? { ...presetSettings(preset, model), ...(basePrecision && { basePrecision }) };
    const chosen = initial ? continuedSettings(asked, initial.configuration) : asked;
    return { model, initial, settings: checkedSettings(chosen, model) };
  }

  async function plan(input: ValidInput<'training.plan'>) {
    const { model, initial, settings } = await prepare(input);
    const { examples, train, heldOut } = await collected.read((index) => {
      return { examples: index.sample(plannedExamples), ...index.counts() };
    });
    if (train < smallestSplit || heldOut < smallestSplit)
      throw new OfficeError('dataset-empty', { train, heldOut, needed: smallestSplit });
    const device = await devices.chosen(model);
    const files = { runId: planName, model, settings, device, examples, initialAdapter: initial, resume: false };
    const job = { ...(await trainJob(context, files)), sampleOf: { examples: train, validation: heldOut } };
    const { result } = engine.start('planTraining', job, (progress) => context.publish({ kind: 'planning', progress }));
    return { settings, plan: await result };
  }

  async function start(input: ValidInput<'training.start'>): Promise<TrainingRun> {
    lane.requireIdle();
    markInterrupted();
    if (!store.project.get()) throw new OfficeError('project-missing');
    const { preset } = input;
    const { model, initial, settings } = await prepare(input);
    await models.requireUnchanged(model);
    const version = await datasets.freeze();
    const { chosen: device, reason: deviceReason } = await devices.report(model);
    lane.requireIdle();
    const run: TrainingRun = {
      ...newRun,
      id: context.ids(),
      number: store.runs.nextNumber(),
      datasetVersionId: version.id,
      modelId: model.id,
      preset,
      settings,
      initialAdapterId: initial?.id ?? null,
      device,
      deviceReason,
      startedBy: context.currentOperator(),
      createdAt: context.now(),
    };
    const examples = store.datasets.reading(version.id);
    const files = { runId: run.id, model, settings, device, examples, initialAdapter: initial, resume: false };
    const job = await trainJob(context, files);
    lane.requireIdle();
    const from = initial?.name ?? null;
    const reason = deviceReason.code;
    const values = { preset, dataset: version.number, model: model.name, device, reason, from };
    context.change(topics, { kind: 'run.started', subject: String(run.number), values }, () => store.runs.add(run));
    launch(run, job);
    return run;
  }

  function launch(run: TrainingRun, job: TrainJob): void {
    const watch = new TrainingWatch(context, run);
    const work = lane.begin({
      busy: () => new OfficeError('run-active', { number: run.number }),
      async run({ follow, hearing }) {
        const trained = startTraining(
          engine,
          job,
          hearing((event: TrainingEvent) => {
            try {
              watch.receive(event);
            } catch {
              // A full disk must not end the training: the batch stays in memory, and the next write tries again.
            }
          }),
        );
        const result = await follow(trained);
        return { result, proven: await prove(watch.run, result, follow) };
      },
      completed: ({ result, proven }) => complete(watch, result, proven),
      failed: (ending) => fail(watch, ending),
      ended: () => context.publish({ kind: 'changed', topics: [...topics, 'adapters'] }),
    });
    newest = { watch, work };
  }

  /** Part of the run: it is not done before its adapter was looked at, and a cancel reaches this too. */
  async function prove(
    run: TrainingRun,
    { adapterDirectory, readBackTensors }: TrainResult,
    follow: WorkHooks['follow'],
  ) {
    const model = requireFound(store.models.get(run.modelId), 'model', run.modelId);
    const folders = { modelDirectory: model.directory, adapterDirectory };
    const { method, ranks, alpha, targetModules } = await engine.call('inspectAdapter', folders);
    const examples = proofs.examplesFor(run.datasetVersionId);
    const target = { model, directory: adapterDirectory, sourceDirectory: null, examples };
    const evidence = await proofs.measure(target, { follow, progress: () => {} });
    const proof = proofs.describe('training', { ...evidence, identicalTensors: readBackTensors });
    return { proof, configuration: { method, ranks, alpha, targetModules } };
  }

  function complete(
    watch: TrainingWatch,
    result: TrainResult,
    { proof, configuration }: { readonly proof: AdapterProof; readonly configuration: AdapterConfiguration },
  ): void {
    const adapter = adoptAdapter(context, watch.run, result, configuration);
    const { seconds, peakBytes } = result;
    const { bytes, sha256, datasetHash } = adapter;
    const done = moveRun(
      { ...watch.run, step: result.steps, steps: result.steps, secondsLeft: 0, seconds, peakBytes },
      'completed',
    );
    const values = { adapter: adapter.name, bytes, sha256, datasetHash, seconds, verdict: proof.verdict };
    context.change([...topics, 'adapters'], { kind: 'run.completed', subject: String(done.number), values }, () => {
      store.adapters.add(adapter);
      proofs.keep(adapter, proof);
      watch.run = { ...done, adapterId: adapter.id, finishedAt: context.nowAfter(done.createdAt) };
      watch.keep();
    });
    watch.announce();
    store.artefacts.removeRun(done.id);
  }

  function fail(watch: TrainingWatch, { report, cutOff }: Ending): void {
    const step = watch.run.checkpointStep;
    const state = cutOff ? 'interrupted' : (endStates[report.code] ?? 'failed');
    // A model process that ends in the proof of the adapter knows of no checkpoint.
    const kept = report.code === 'engine-crashed' ? { step } : {};
    const described = { code: report.code, values: { step, ...report.values, ...kept } };
    const reason = cutOff ? { code: 'run-interrupted', values: { step } } : described;
    const failure = state === 'cancelled' ? null : reason;
    const finishedAt = context.nowAfter(watch.run.createdAt);
    watch.run = { ...moveRun(watch.run, state), error: failure, secondsLeft: null, finishedAt };
    const values = { step, code: report.code };
    context.change(topics, { kind: `run.${state}`, subject: String(watch.run.number), values }, () => watch.keep());
    watch.announce();
  }

  /** A change of a run whose job goes on, or has none. */
  function move(run: TrainingRun, state: RunState, kind: 'run.paused' | 'run.resumed' | 'run.cancelled'): TrainingRun {
    const moved = moveRun(run, state);
    context.change(topics, { kind, subject: String(run.number), values: { step: run.step } }, () =>
      store.runs.save(moved),
    );
    return moved;
  }

  async function resume(id: string): Promise<TrainingRun> {
    const paused = liveRun(id);
    if (paused) {
      const { run } = paused.watch;
      paused.watch.run = move(run, run.steps > 0 ? 'running' : 'waiting', 'run.resumed');
      paused.work.resume();
      paused.watch.announce();
      return paused.watch.run;
    }
    markInterrupted();
    const run = requireRun(id);
    if (!canResume(run)) throw wrongState(run);
    lane.requireIdle();
    const model = requireFound(store.models.get(run.modelId), 'model', run.modelId);
    await models.requireUnchanged(model);
    const { chosen: device, reason: deviceReason } = await devices.report(model);
    lane.requireIdle();
    const examples = store.datasets.reading(run.datasetVersionId);
    const { settings, initialAdapterId } = run;
    const initial = initialAdapter(context, initialAdapterId, model);
    const files = { runId: id, model, settings, device, examples, initialAdapter: initial, resume: true };
    const job = await trainJob(context, files);
    lane.requireIdle();
    const now = { device, deviceReason, deviceFallback: null, memoryShortage: null };
    const waiting = move({ ...run, error: null, finishedAt: null, ...now }, 'waiting', 'run.resumed');
    launch(waiting, job);
    return waiting;
  }

  function markInterrupted(): void {
    for (const run of store.runs.list()) {
      if (!isActive(run) || liveRun(run.id)) continue;
      const step = run.checkpointStep;
      const error = { code: 'run-interrupted', values: { step } };
      const finishedAt = context.nowAfter(run.createdAt);
      const cut: TrainingRun = { ...moveRun(run, 'interrupted'), error, secondsLeft: null, finishedAt };
      const happening = { kind: 'run.interrupted', subject: String(run.number), values: { step } } as const;
      context.change(topics, happening, () => store.runs.save(cut));
    }
  }

  return {
    markInterrupted,
    clearCompleted() {
      for (const id of store.artefacts.keptRuns())
        if (store.runs.get(id)?.state === 'completed') store.artefacts.removeRun(id);
    },
    activeId: () => live()?.watch.run.id ?? null,
    handlers: {
      'training.plan': plan,
      'training.start': start,
      'training.pause': async ({ runId }) => {
        const running = liveRun(runId);
        if (!running) throw wrongState(requireRun(runId));
        running.watch.run = move(running.watch.run, 'paused', 'run.paused');
        running.work.pause();
        running.watch.announce();
        return running.watch.run;
      },
      'training.resume': ({ runId }) => resume(runId),
      'training.cancel': async ({ runId }) => {
        const running = liveRun(runId);
        if (!running) return move(requireRun(runId), 'cancelled', 'run.cancelled');
        await running.work.cancel();
        return requireRun(runId);
      },
      'training.list': async () => store.runs.list(),
      'training.get': async ({ runId }) => {
        // The newest steps may still be waiting for their batch.
        liveRun(runId)?.watch.write();
        return requireFound(store.runs.detail(runId), 'run', runId);
      },
    },
  };
}

const newRun = {
  state: 'waiting',
  step: 0,
  steps: 0,
  secondsLeft: null,
  tokensPerSecond: null,
  residentBytes: null,
  microBatch: null,
  settlingFrom: null,
  settlingReason: null,
  deviceFallback: null,
  memoryShortage: null,
  checkpointStep: 0,
  adapterId: null,
  error: null,
  seconds: null,
  peakBytes: null,
  finishedAt: null,
} as const;

/** What an error of the engine means for the run; everything else is a failure. */
const endStates: Readonly<Record<string, 'cancelled' | 'interrupted'>> = {
  cancelled: 'cancelled',
  'engine-crashed': 'interrupted',
  'engine-unavailable': 'interrupted',
};

function wrongState({ number, state }: TrainingRun): OfficeError {
  return new OfficeError('run-wrong-state', { number, state });
}

function checkedSettings(settings: RunSettings, { contextLength }: BaseModel): RunSettings {
  if (settings.maxTokens <= contextLength) return settings;
  const limit = { rule: 'at-most', bound: contextLength } as const;
  throw new OfficeError('setting-invalid', { setting: 'maxTokens', value: settings.maxTokens, ...limit });
}
