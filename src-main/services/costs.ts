/** What an adapter cost and what it brings: worked out when read, from what was measured and what is assumed. */

import { join } from 'node:path';
import type { costRequests } from '../contract/areas/costs.ts';
import type { ComparisonTask, Costs, Evaluation, LoggedUse, ReturnAssumptions, Returns } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import { costsOf } from '../domain/costs.ts';
import { loggedUse, returnsOf, usualAssumptions } from '../domain/returns.ts';
import { quantizedFolder } from './answering.ts';
import { type Context, requireFound, requireUnchanged } from './context.ts';
import { compareCosts } from './cost-comparison.ts';
import type { Lane, LongWork } from './long-work.ts';

const topics = ['costs'] as const;

/** What the project's return is reckoned with: as changed by somebody, or the usual. */
export function assumptionsOf({ store }: Context): ReturnAssumptions {
  return store.project.returnAssumptions() ?? usualAssumptions(store.project.get()?.currency ?? '');
}

export function costsOfEvaluation(context: Context, { adapterId }: Pick<Evaluation, 'adapterId'>): Costs {
  const { store } = context;
  const adapter = requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
  const { runId } = adapter;
  return costsOf({
    adapter,
    run: runId === null ? null : store.runs.get(runId),
    comparison: runId === null ? null : store.runs.comparison(runId),
    watts: assumptionsOf(context).watts,
  });
}

/** What was asked of an adapter on all routes that it answered, under whichever releases. */
function useOf(context: Context, adapterId: string): LoggedUse | null {
  const { store } = context;
  const releases = store.releases.list().filter((release) => release.adapterId === adapterId);
  const counts = store.answers.useOf(releases.map(({ id }) => id));
  if (!counts) return null;
  const { overtaken, firstAt: since, lastAt, ...counted } = counts;
  return loggedUse({ ...counted, since, until: overtaken ? lastAt : context.now() }, assumptionsOf(context));
}

/** @throws OfficeError project-missing */
export function returnsOfEvaluation(context: Context, evaluation: Pick<Evaluation, 'sets' | 'adapterId'>): Returns {
  const project = context.store.project.get();
  if (!project) throw new OfficeError('project-missing');
  const asked = evaluation.sets.find(({ kind }) => kind === 'phrasings')?.adapter ?? null;
  const assumptionsAt = context.store.project.returnAssumptionsAt();
  const use = useOf(context, evaluation.adapterId);
  return { ...returnsOf(project, assumptionsOf(context), asked, use), assumptionsAt };
}

export interface CostUseCases {
  readonly handlers: HandlersOf<typeof costRequests>;
  /** Ends a comparison that runs; its processes are its own. */
  close(): Promise<void>;
}

export function createCosts(context: Context, { lane }: { lane: Lane }): CostUseCases {
  const { store } = context;
  let task: ComparisonTask | null = null;
  let work: LongWork | null = null;
  const requireEvaluation = (id: string) => requireFound(store.evaluations.get(id), 'evaluation', id);

  function tell(changed: ComparisonTask): void {
    task = changed;
    context.publish({ kind: 'comparing-costs', task });
    context.publish({ kind: 'changed', topics });
  }

  function measure(evaluationId: string): ComparisonTask {
    const { adapterId } = requireEvaluation(evaluationId);
    const adapter = requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
    if (adapter.runId === null) throw new OfficeError('comparison-impossible');
    const run = requireFound(store.runs.get(adapter.runId), 'run', adapter.runId);
    const model = requireFound(store.models.get(run.modelId), 'model', run.modelId);
    const examples = store.datasets.examples(run.datasetVersionId).filter(({ split }) => split === 'train');
    const started: ComparisonTask = { runId: run.id, state: 'running', error: null };
    work = lane.begin({
      busy: () => new OfficeError('comparison-active'),
      run: ({ follow }) =>
        compareCosts({
          openEngine: context.openEngine,
          modelDirectory: model.directory,
          ...{ examples, run, follow },
          cacheDirectory: quantizedFolder(context.dataDirectory),
          folder: join(context.dataDirectory, 'cost-comparison'),
        }),
      completed: (measured) => {
        const comparison = { ...measured, at: context.now(), by: context.currentOperator() };
        const { timeRatio } = measured.full;
        const values = { steps: measured.steps, ...(timeRatio !== null && { timeRatio }) };
        context.change(topics, { kind: 'costs.compared', subject: String(run.number), values }, () =>
          store.runs.keepComparison(run.id, comparison),
        );
        tell({ ...started, state: 'completed' });
      },
      failed: ({ report, cancelled }) =>
        tell({ ...started, state: cancelled ? 'cancelled' : 'failed', error: cancelled ? null : report }),
    });
    tell(started);
    return started;
  }

  const handlers: CostUseCases['handlers'] = {
    'costs.get': async ({ evaluationId }) => costsOfEvaluation(context, requireEvaluation(evaluationId)),
    'costs.measure': async ({ evaluationId }) => measure(evaluationId),
    'costs.task': async () => task,
    'costs.cancel': async () => {
      await work?.cancel();
      return task;
    },
    'returns.get': async ({ evaluationId }) => returnsOfEvaluation(context, requireEvaluation(evaluationId)),
    'returns.save': async ({ assumptions, basedOn }) => {
      const project = store.project.get();
      if (!project) throw new OfficeError('project-missing');
      requireUnchanged('assumptions', { updatedAt: store.project.returnAssumptionsAt() }, basedOn);
      const changes = changesBetween(assumptionsOf(context), assumptions);
      return context.change(topics, { kind: 'returns.saved', subject: project.site, changes }, () => {
        store.project.saveReturnAssumptions(assumptions, context.now());
        return assumptions;
      });
    },
  };
  return { handlers, close: async () => void (work?.running && (await work.cancel())) };
}
