/** In which precision a model answers: measured on the plant's own questions, and chosen by a person. */

import type { precisionRequests } from '../contract/areas/precisions.ts';
import type { BaseModel, PrecisionTask } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import { assignSplits } from '../domain/dataset.ts';
import { beside32Bits } from '../domain/precisions.ts';
import type { EngineJobs } from '../engine/engine.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { readBundledPairs } from './bundled-files.ts';
import type { Collected } from './collected.ts';
import { comparePrecisions } from './compare-precisions.ts';
import { type Context, requireFound } from './context.ts';
import type { Devices } from './devices.ts';
import { questionsAmong } from './evaluation-sets.ts';
import type { Lane, LongWork } from './long-work.ts';
import { toModel } from './models.ts';

type Result = EngineJobs['comparePrecisions']['output'];

export interface Precisions {
  readonly handlers: HandlersOf<typeof precisionRequests>;
}

export function createPrecisions(
  context: Context,
  { lane, devices, collected }: { lane: Lane; devices: Devices; collected: Collected },
): Precisions {
  const { store, bundled } = context;
  const requireModel = (id: string) => requireFound(store.models.get(id), 'model', id);
  let task: PrecisionTask | null = null;
  let work: LongWork | null = null;

  const announce = () => context.publish({ kind: 'changed', topics: ['precisionTask'] });

  function tell(part: Partial<PrecisionTask>): void {
    if (task) task = { ...task, ...part };
    announce();
  }

  async function compare(modelId: string): Promise<PrecisionTask> {
    lane.requireIdle();
    const model = requireModel(modelId);
    const device = await devices.chosen(model);
    const adapter = store.adapters.list().find((each) => each.modelId === modelId) ?? null;
    if (adapter) store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
    const { source, asked } = await questionsFor(adapter);
    lane.requireIdle();
    task = { modelId, state: 'running', progress: null, error: null };
    const compared = {
      modelDirectory: model.directory,
      adapterDirectory: adapter?.directory ?? null,
      examples: asked,
      device,
    };
    announce();
    work = lane.begin({
      busy: () => new OfficeError('precisions-active'),
      run: ({ follow, progressed }) =>
        follow(
          comparePrecisions(context, compared, (progress) => {
            if (task) task = { ...task, progress };
            progressed();
          }),
        ),
      announce,
      completed: (result) => {
        keep(model, adapter, source, result);
        tell({ state: 'completed' });
      },
      failed: ({ report }) => {
        const cancelled = report.code === 'cancelled';
        tell({ state: cancelled ? 'cancelled' : 'failed', error: cancelled ? null : report });
      },
    });
    return task;
  }

  /** What the adapter was kept back from or, without one, what would be kept back; the sample plant's for want of both. */
  async function questionsFor(adapter: StoredAdapter | null) {
    const run = adapter?.runId ? store.runs.get(adapter.runId) : null;
    const own = run
      ? store.datasets.examples(run.datasetVersionId)
      : await collected.read((index) => [...index.frozen()]);
    if (own.some(({ split }) => split === 'heldOut')) {
      return { source: 'plant', asked: questionsAmong(context, own) } as const;
    }
    const sample = assignSplits(readBundledPairs(bundled.samplePlantFile));
    return { source: 'sample', asked: questionsAmong(context, sample) } as const;
  }

  function keep(
    { id, name }: BaseModel,
    adapter: StoredAdapter | null,
    source: 'plant' | 'sample',
    { results, ...measured }: Result,
  ): void {
    const precisions = beside32Bits(results);
    const [at, by, adapterName] = [context.now(), context.currentOperator(), adapter?.name ?? null];
    const values = Object.fromEntries(
      precisions.flatMap(({ precision, quality }) => [
        [`${precision}Perplexity`, quality?.perplexity ?? null],
        [`${precision}Share`, quality?.score.share ?? null],
      ]),
    );
    context.change(['models', 'status'], { kind: 'model.precisions-compared', subject: name, values }, () =>
      store.models.keepComparison(id, { ...measured, adapterName, source, precisions, at, by }),
    );
  }

  return {
    handlers: {
      'precisions.choose': async ({ modelId, precision }) => {
        const { name, precision: before } = requireModel(modelId);
        const changes = changesBetween({ precision: before }, { precision });
        const happening = { kind: 'model.precision-chosen', subject: name, changes } as const;
        return context.change(['models', 'status'], happening, () => {
          store.models.choosePrecision(modelId, precision);
          return toModel(requireModel(modelId));
        });
      },
      'precisions.compare': ({ modelId }) => compare(modelId),
      'precisions.task': async () => task,
      'precisions.cancel': async () => {
        await work?.cancel();
        return task;
      },
    },
  };
}
