/** Proving: base and adapter answer the same questions, and the project's criteria judge. */

import type { evaluationRequests } from '../contract/areas/evaluations.ts';
import type { Evaluation } from '../contract/entities.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { passesCriteria } from '../domain/criteria.ts';
import type { EngineJobs, RunningJob } from '../engine/engine.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { type Activity, requireIdle } from './activity.ts';
import { answeringModel } from './answering.ts';
import { type Context, found } from './context.ts';
import type { Datasets } from './datasets.ts';
import type { Devices } from './devices.ts';
import { toErrorReport } from './error-report.ts';
import { type Asked, questionsOf, sumUp } from './evaluation-sets.ts';

type EvaluateResult = EngineJobs['evaluate']['output'];

export interface Evaluations {
  readonly handlers: HandlersOf<typeof evaluationRequests>;
  /** At boot: evaluations that a former host left behind cannot go on. */
  markInterrupted(): void;
  settled(): Promise<void>;
}

const topics = ['evaluations', 'status'] as const;
const batchSize = 16;
/** Tokens an answer may be longer than the longest expected one: what goes on after that is wrong anyway. */
const spareTokens = 8;
const publishMilliseconds = 250;

export function createEvaluations(
  context: Context,
  { activity, datasets, devices }: { activity: Activity; datasets: Datasets; devices: Devices },
): Evaluations {
  const { store, engine } = context;
  let live: { evaluation: Evaluation; job: RunningJob<EvaluateResult> } | null = null;
  /** The newest job's end, written down. */
  let settling: Promise<void> = Promise.resolve();

  /** As stored, with the progress of the running one. */
  const present = (evaluation: Evaluation) => (evaluation.id === live?.evaluation.id ? live.evaluation : evaluation);

  async function start(adapterId: string): Promise<Evaluation> {
    requireIdle(activity);
    const adapter = found(store.adapters.get(adapterId), 'adapter', adapterId);
    const model = found(store.models.get(adapter.modelId), 'model', adapter.modelId);
    store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
    const asked = questionsOf(context, await versionFor(adapter));
    const examples = asked.map(({ id, question, answer }) => ({ id, question, answer }));
    const measures = await engine.call('measureExamples', {
      directory: model.directory,
      examples,
      maxTokens: model.contextLength,
    });
    const job: EngineJobs['evaluate']['input'] = {
      ...answeringModel(context, model),
      adapterDirectory: adapter.directory,
      examplesFile: store.artefacts.putJsonLines(examples).path,
      batchSize,
      maxNewTokens: Math.max(...measures.map(({ answerTokens }) => answerTokens), 0) + spareTokens,
      device: await devices.chosen(model),
    };
    requireIdle(activity);
    const { precision } = model;
    const identity = { id: context.ids(), adapterId, precision, createdAt: context.now() };
    const evaluation: Evaluation = { ...newEvaluation, ...identity };
    const values = { questions: asked.length, precision };
    context.change(topics, { kind: 'evaluation.started', subject: adapter.name, values }, () =>
      store.evaluations.add(evaluation),
    );
    launch(evaluation, adapter.name, job, asked);
    return evaluation;
  }

  /** The version it was trained on; an adapter from elsewhere is asked what the plant would ask now. */
  async function versionFor({ runId }: StoredAdapter): Promise<string> {
    if (runId === null) return (await datasets.freeze()).id;
    return found(store.runs.get(runId), 'run', runId).datasetVersionId;
  }

  function launch(
    started: Evaluation,
    name: string,
    job: EngineJobs['evaluate']['input'],
    asked: readonly Asked[],
  ): void {
    let publishedAt = 0;
    const running = engine.start('evaluate', job, (progress) => {
      if (!live) return;
      live.evaluation = { ...live.evaluation, progress };
      const now = context.clock().getTime();
      if (now - publishedAt < publishMilliseconds && progress.done < progress.total) return;
      publishedAt = now;
      context.publish({ kind: 'evaluating', evaluation: live.evaluation });
    });
    activity.evaluationId = started.id;
    // Idle before anybody hears of the end: who does may start the next at once.
    const idle = () => {
      live = null;
      activity.evaluationId = null;
    };
    settling = running.result
      .then((result) => {
        idle();
        complete(started, name, asked, result);
      })
      .catch((error: unknown) => {
        idle();
        fail(started, name, error);
      })
      // What could not be written down now is found by `markInterrupted` at the next boot.
      .catch(() => {})
      .finally(() => context.publish({ kind: 'changed', topics }));
    live = { evaluation: started, job: running };
  }

  function complete(started: Evaluation, name: string, asked: readonly Asked[], result: EvaluateResult): void {
    const { items, heldOut, regression } = sumUp(asked, result.items);
    const project = store.project.get();
    const { seconds, peakBytes, deviceFallback } = result;
    const passed = project && passesCriteria({ heldOut, regression }, project);
    const scores = { heldOut, regression, passed, seconds, peakBytes, deviceFallback };
    const done: Evaluation = { ...started, ...scores, state: 'completed', finishedAt: context.now() };
    const values = {
      passed,
      heldOutBase: heldOut.base.share,
      heldOutAdapter: heldOut.adapter.share,
      regressionBase: regression.base.share,
      regressionAdapter: regression.adapter.share,
      seconds,
      fallback: deviceFallback?.detail ?? null,
    };
    context.change(topics, { kind: 'evaluation.completed', subject: name, values }, () => {
      store.evaluations.save(done);
      store.evaluations.addItems(done.id, items);
    });
    context.publish({ kind: 'evaluating', evaluation: done });
  }

  function fail(started: Evaluation, name: string, error: unknown): void {
    const { report } = toErrorReport(error);
    const cutOff = activity.closing || report.code === 'engine-crashed';
    const state = report.code === 'cancelled' && !activity.closing ? 'cancelled' : 'failed';
    const reason = cutOff ? { code: 'evaluation-interrupted', values: {} } : report;
    const failure = state === 'cancelled' ? null : reason;
    const ended: Evaluation = { ...started, state, error: failure, finishedAt: context.now() };
    context.change(topics, { kind: `evaluation.${state}`, subject: name, values: { code: report.code } }, () =>
      store.evaluations.save(ended),
    );
    context.publish({ kind: 'evaluating', evaluation: ended });
  }

  return {
    markInterrupted() {
      for (const evaluation of store.evaluations.list().filter(({ state }) => state === 'running')) {
        const error = { code: 'evaluation-interrupted', values: {} };
        const name = store.adapters.get(evaluation.adapterId)?.name ?? '';
        context.change(topics, { kind: 'evaluation.failed', subject: name, values: { code: error.code } }, () =>
          store.evaluations.save({ ...evaluation, state: 'failed', error, finishedAt: context.now() }),
        );
      }
    },
    settled: () => settling,
    handlers: {
      'evaluations.start': ({ adapterId }) => start(adapterId),
      'evaluations.cancel': async ({ evaluationId }) => {
        const running = live;
        if (running?.evaluation.id === evaluationId) {
          running.job.cancel();
          await settling;
        }
        return found(store.evaluations.get(evaluationId), 'evaluation', evaluationId);
      },
      'evaluations.list': async () => store.evaluations.list().map(present),
      'evaluations.get': async ({ evaluationId }) => {
        const evaluation = found(store.evaluations.get(evaluationId), 'evaluation', evaluationId);
        return { ...present(evaluation), items: store.evaluations.items(evaluationId) };
      },
    },
  };
}

const newEvaluation = {
  state: 'running',
  progress: null,
  heldOut: null,
  regression: null,
  passed: null,
  error: null,
  seconds: null,
  peakBytes: null,
  deviceFallback: null,
  finishedAt: null,
} as const;
