/** The evaluation that runs: each batch of answers is kept as it comes, so that whatever ends it, they are there. */

import type { Evaluation, EvaluationItem } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { EngineJobs } from '../engine/engine.ts';
import type { StoredEvaluation } from '../store/evaluations.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { answeringModel } from './answering.ts';
import { type Context, requireFound } from './context.ts';
import { judged } from './evaluation-judging.ts';
import { type GivenAnswers, itemOf, setResults } from './evaluation-outcome.ts';
import { type Asked, idOf } from './evaluation-sets.ts';
import type { Ending, Lane, LongWork } from './long-work.ts';

export interface EvaluationWork {
  /** Asks what is not answered yet of `asked`. The evaluation stands in the store as running, with its record. */
  begin(evaluation: StoredEvaluation, asked: readonly Asked[]): void;
  /** As it is stored, or with its progress where it is the one that runs. */
  present(evaluation: Evaluation): Evaluation;
  activeId(): string | null;
  /** Resolves when its end is written down; at once where it does not run. */
  cancel(evaluationId: string): Promise<void>;
  /** At boot: evaluations that a former host left behind go on when somebody says so. */
  markInterrupted(): void;
}

const topics = ['evaluations', 'status'] as const;

interface Running {
  evaluation: Evaluation;
  readonly name: string;
  readonly asked: readonly Asked[];
  /** Answered before this part of the work. */
  readonly answered: number;
  readonly secondsBefore: number;
  /** Keeps what was answered, once. */
  readonly keep: (answers: readonly GivenAnswers[]) => void;
}

export function createEvaluationWork(context: Context, lane: Lane): EvaluationWork {
  const { store, engine } = context;
  let newest: { readonly running: Running; readonly work: LongWork } | null = null;

  const live = () => (newest?.work.running ? newest : null);

  function begin(evaluation: StoredEvaluation, asked: readonly Asked[]): void {
    const adapter = requireFound(store.adapters.get(evaluation.adapterId), 'adapter', evaluation.adapterId);
    const running = prepare(evaluation, adapter, asked);
    const job = jobOf(running, adapter);
    const work = lane.begin({
      busy: () => new OfficeError('evaluation-active'),
      run: ({ follow, progressed }) =>
        follow(
          engine.start('evaluate', job, (event) => {
            hear(running, event);
            progressed();
          }),
        ),
      announce: () => context.publish({ kind: 'evaluating', evaluation: running.evaluation }),
      completed: (result) => complete(running, result),
      failed: (ending) => fail(running, ending),
      ended: () => context.publish({ kind: 'changed', topics }),
    });
    newest = { running, work };
  }

  function prepare(evaluation: StoredEvaluation, { name }: StoredAdapter, asked: readonly Asked[]): Running {
    const { id, rerunOf, seconds } = evaluation;
    const positions = new Map(asked.map((question, position) => [question.id, position]));
    const former = byQuestion(rerunOf === null ? [] : store.evaluations.items(rerunOf));
    return {
      evaluation: judged(context, evaluation),
      ...{ name, asked, answered: store.evaluations.items(id).length, secondsBefore: seconds ?? 0 },
      keep(answers) {
        for (const given of answers) {
          const position = positions.get(given.id);
          const question = asked[position ?? -1];
          if (position === undefined || !question) continue;
          store.evaluations.addItem(id, position, itemOf(question, given, former.get(given.id)));
        }
      },
    };
  }

  function jobOf({ evaluation, asked }: Running, adapter: StoredAdapter): EngineJobs['evaluate']['input'] {
    const model = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const { batchSize, maxNewTokens, device } = requireFound(evaluation.record, 'record', evaluation.id);
    const answered = byQuestion(store.evaluations.items(evaluation.id));
    return {
      ...answeringModel(context, model, evaluation.precision),
      adapterDirectory: adapter.directory,
      examplesFile: store.artefacts.putJsonLines(asked.filter(({ id }) => !answered.has(id))).path,
      ...{ batchSize, maxNewTokens, device },
    };
  }

  function hear(running: Running, event: EngineJobs['evaluate']['event']): void {
    const { answered, asked, secondsBefore } = running;
    running.evaluation = {
      ...running.evaluation,
      progress: { done: answered + event.done, total: asked.length, secondsLeft: event.secondsLeft },
      seconds: secondsBefore + event.seconds,
      peakBytes: Math.max(running.evaluation.peakBytes ?? 0, event.peakBytes),
    };
    try {
      store.transaction(() => {
        running.keep(event.items);
        store.evaluations.save(running.evaluation);
      });
    } catch {
      // A full disk must not end the evaluation: the answers come once more with its end.
    }
  }

  function complete(running: Running, result: EngineJobs['evaluate']['output']): void {
    const { evaluation, name, asked, secondsBefore } = running;
    const seconds = secondsBefore + result.seconds;
    const deviceFallback = result.deviceFallback ?? evaluation.deviceFallback;
    const stored = store.transaction((): StoredEvaluation => {
      running.keep(result.items);
      const sets = setResults(asked, store.evaluations.items(evaluation.id));
      const peakBytes = Math.max(evaluation.peakBytes ?? 0, result.peakBytes);
      const done: StoredEvaluation = {
        ...{ ...evaluation, sets, seconds, peakBytes, deviceFallback },
        ...{ state: 'completed', finishedAt: context.nowAfter(evaluation.createdAt) },
      };
      const shares = sets.flatMap(({ kind, base, adapter }): [string, number][] => [
        [`${kind}Base`, base.share],
        [`${kind}Adapter`, adapter.share],
      ]);
      const values = { ...Object.fromEntries(shares), seconds, fallback: deviceFallback?.detail ?? null };
      store.evaluations.save(done);
      context.also({ kind: 'evaluation.completed', subject: name, values });
      return done;
    });
    context.publish({ kind: 'changed', topics: [...topics, 'log'] });
    context.publish({ kind: 'evaluating', evaluation: judged(context, stored) });
  }

  function fail({ evaluation, name }: Running, { report, cancelled, cutOff }: Ending): void {
    const interrupted = cutOff || report.code === 'engine-crashed';
    const state = cancelled ? 'cancelled' : 'failed';
    const reason = interrupted ? { code: 'evaluation-interrupted', values: {} } : report;
    const ended: Evaluation = {
      ...evaluation,
      ...{
        state,
        progress: null,
        error: cancelled ? null : reason,
        finishedAt: context.nowAfter(evaluation.createdAt),
      },
    };
    context.change(topics, { kind: `evaluation.${state}`, subject: name, values: { code: report.code } }, () =>
      store.evaluations.save(ended),
    );
    context.publish({ kind: 'evaluating', evaluation: ended });
  }

  return {
    begin,
    present: (evaluation) => {
      const running = live()?.running.evaluation;
      return running?.id === evaluation.id ? running : evaluation;
    },
    activeId: () => live()?.running.evaluation.id ?? null,
    async cancel(evaluationId) {
      const running = live();
      if (running?.running.evaluation.id === evaluationId) await running.work.cancel();
    },
    markInterrupted() {
      for (const evaluation of store.evaluations.list().filter(({ state }) => state === 'running')) {
        const error = { code: 'evaluation-interrupted', values: {} };
        const name = store.adapters.get(evaluation.adapterId)?.name ?? '';
        context.change(topics, { kind: 'evaluation.failed', subject: name, values: { code: error.code } }, () =>
          store.evaluations.save({
            ...evaluation,
            state: 'failed',
            error,
            finishedAt: context.nowAfter(evaluation.createdAt),
          }),
        );
      }
    },
  };
}

const byQuestion = (items: readonly EvaluationItem[]): ReadonlyMap<string, EvaluationItem> =>
  new Map(items.map((item) => [idOf(item), item]));
