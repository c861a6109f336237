/** Proving: base and adapter answer the same questions, and the project's criteria judge. */

import type { evaluationRequests } from '../contract/areas/evaluations.ts';
import type { Evaluation, EvaluationDetail, EvaluationItem, Judgement } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { needsPerson } from '../contract/rules/answers.ts';
import { diagnose } from '../domain/diagnosis.ts';
import type { EngineJobs } from '../engine/engine.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { StoredEvaluation } from '../store/evaluations.ts';
import { answeringModel } from './answering.ts';
import { type Context, found } from './context.ts';
import type { Datasets } from './datasets.ts';
import type { Devices } from './devices.ts';
import { judged, judgedEvaluations } from './evaluation-judging.ts';
import { type Asked, questionsOf, sumUp } from './evaluation-sets.ts';
import type { Ending, Lane, LongWork } from './long-work.ts';

type EvaluateResult = EngineJobs['evaluate']['output'];

export interface Evaluations {
  readonly handlers: HandlersOf<typeof evaluationRequests>;
  /** One with its answers, judged by today's criteria. @throws OfficeError not-found */
  detail(evaluationId: string): EvaluationDetail;
  /** At boot: evaluations that a former host left behind cannot go on. */
  markInterrupted(): void;
  /** The evaluation that runs. */
  activeId(): string | null;
}

const topics = ['evaluations', 'status'] as const;
const batchSize = 16;
/** Tokens an answer may be longer than the longest expected one: what goes on after that is wrong anyway. */
const spareTokens = 8;

export function createEvaluations(
  context: Context,
  { lane, datasets, devices }: { lane: Lane; datasets: Datasets; devices: Devices },
): Evaluations {
  const { store, engine } = context;
  let newest: { evaluation: Evaluation; readonly work: LongWork } | null = null;

  const live = () => (newest?.work.running ? newest : null);
  /** As stored, with the progress of the running one. */
  const present = (evaluation: Evaluation) =>
    evaluation.id === live()?.evaluation.id ? live()!.evaluation : evaluation;

  function detail(evaluationId: string): EvaluationDetail {
    const evaluation = found(store.evaluations.get(evaluationId), 'evaluation', evaluationId);
    const shown = present(judged(context, evaluation));
    const items = store.evaluations.items(evaluationId);
    return { ...shown, items, diagnoses: shown.judgement ? diagnosesOf(shown.adapterId, shown.judgement, items) : [] };
  }

  function diagnosesOf(adapterId: string, judgement: Judgement, items: readonly EvaluationItem[]) {
    const runId = store.adapters.get(adapterId)?.runId ?? null;
    const run = runId === null ? null : store.runs.detail(runId);
    return diagnose({ judgement, items, run, examples: run ? store.datasets.examples(run.datasetVersionId) : [] });
  }

  async function start(adapterId: string): Promise<Evaluation> {
    lane.requireIdle();
    const adapter = found(store.adapters.get(adapterId), 'adapter', adapterId);
    const model = found(store.models.get(adapter.modelId), 'model', adapter.modelId);
    store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
    const asked = questionsOf(context, await versionFor(adapter));
    const examples = asked.map(({ exampleId: _, set: __, category: ___, ...question }) => question);
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
    lane.requireIdle();
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
    const work = lane.begin({
      busy: () => new OfficeError('evaluation-active'),
      run: ({ follow, progressed }) =>
        follow(
          engine.start('evaluate', job, (progress) => {
            if (newest?.evaluation.id !== started.id) return;
            newest.evaluation = { ...newest.evaluation, progress };
            progressed();
          }),
        ),
      announce: () => newest && context.publish({ kind: 'evaluating', evaluation: newest.evaluation }),
      completed: (result) => complete(started, name, asked, result),
      failed: (ending) => fail(started, name, ending),
      ended: () => context.publish({ kind: 'changed', topics }),
    });
    newest = { evaluation: started, work };
  }

  function complete(started: Evaluation, name: string, asked: readonly Asked[], result: EvaluateResult): void {
    const { items, sets } = sumUp(asked, result.items);
    const { seconds, peakBytes, deviceFallback } = result;
    const measured = { sets, seconds, peakBytes, deviceFallback };
    const stored: StoredEvaluation = { ...started, ...measured, state: 'completed', finishedAt: context.now() };
    const shares = sets.flatMap(({ kind, base, adapter }): [string, number][] => [
      [`${kind}Base`, base.share],
      [`${kind}Adapter`, adapter.share],
    ]);
    const values = {
      ...(Object.fromEntries(shares) as Record<string, number>),
      seconds,
      fallback: deviceFallback?.detail ?? null,
    };
    context.change(topics, { kind: 'evaluation.completed', subject: name, values }, () => {
      store.evaluations.save(stored);
      store.evaluations.addItems(stored.id, items);
    });
    const done = judged(context, stored);
    context.publish({ kind: 'evaluating', evaluation: done });
  }

  function fail(started: Evaluation, name: string, { report, cancelled, cutOff }: Ending): void {
    const interrupted = cutOff || report.code === 'engine-crashed';
    const state = cancelled ? 'cancelled' : 'failed';
    const reason = interrupted ? { code: 'evaluation-interrupted', values: {} } : report;
    const failure = cancelled ? null : reason;
    const ended: Evaluation = { ...started, state, error: failure, finishedAt: context.now() };
    context.change(topics, { kind: `evaluation.${state}`, subject: name, values: { code: report.code } }, () =>
      store.evaluations.save(ended),
    );
    context.publish({ kind: 'evaluating', evaluation: ended });
  }

  return {
    detail,
    markInterrupted() {
      for (const evaluation of store.evaluations.list().filter(({ state }) => state === 'running')) {
        const error = { code: 'evaluation-interrupted', values: {} };
        const name = store.adapters.get(evaluation.adapterId)?.name ?? '';
        context.change(topics, { kind: 'evaluation.failed', subject: name, values: { code: error.code } }, () =>
          store.evaluations.save({ ...evaluation, state: 'failed', error, finishedAt: context.now() }),
        );
      }
    },
    activeId: () => live()?.evaluation.id ?? null,
    handlers: {
      'evaluations.start': ({ adapterId }) => start(adapterId),
      'evaluations.cancel': async ({ evaluationId }) => {
        const running = live();
        if (running?.evaluation.id === evaluationId) await running.work.cancel();
        return judged(context, found(store.evaluations.get(evaluationId), 'evaluation', evaluationId));
      },
      'evaluations.list': async () => judgedEvaluations(context).map(present),
      'evaluations.get': async ({ evaluationId }) => detail(evaluationId),
      'evaluations.accept': async ({ evaluationId, answers, reason }) => {
        const items = new Map(
          store.evaluations.items(evaluationId).map((item) => [`${item.set} ${item.exampleId}`, item]),
        );
        const name = store.adapters.get(detail(evaluationId).adapterId)?.name ?? '';
        for (const { set, exampleId } of answers) {
          const item = found(items.get(`${set} ${exampleId}`) ?? null, 'answer', exampleId);
          if (!needsPerson(item)) throw new OfficeError('nothing-to-accept', { question: item.question });
        }
        const acceptance = { by: context.currentOperator(), at: context.now(), reason };
        const values = { answers: answers.length, reason };
        context.change(topics, { kind: 'evaluation.answers-accepted', subject: name, values }, () => {
          for (const { set, exampleId } of answers) store.evaluations.accept(evaluationId, set, exampleId, acceptance);
        });
        return detail(evaluationId);
      },
    },
  };
}

const newEvaluation = {
  state: 'running',
  progress: null,
  sets: [],
  judgement: null,
  passed: null,
  error: null,
  seconds: null,
  peakBytes: null,
  deviceFallback: null,
  finishedAt: null,
} as const;
