/** From collected examples to a frozen version: readiness, and the freeze itself. */

import type { datasetRequests } from '../contract/areas/datasets.ts';
import type { DatasetVersion, Example, Readiness } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { countSplits, hashing, smallestSplit } from '../domain/dataset.ts';
import type { ExampleIndex } from '../domain/example-index.ts';
import { presetSettings } from '../domain/presets.ts';
import type { Collected } from './collected.ts';
import type { Context } from './context.ts';
import { inTurns } from './in-turns.ts';
import type { Models } from './models.ts';

export interface Datasets {
  readonly handlers: HandlersOf<typeof datasetRequests>;
  /**
   * The newest version, or a new one where the examples have changed since.
   * @throws OfficeError dataset-not-ready, dataset-empty
   */
  freeze(): Promise<DatasetVersion>;
  /** With the token counts known so far, without asking the model: cheap enough for every look at the status. */
  quickReadiness(): Promise<Readiness>;
}

/** Examples that the model counts in one request. */
const countedAtOnce = 4000;

export function createDatasets(
  context: Context,
  { models, collected }: { models: Models; collected: Collected },
): Datasets {
  const { store, engine } = context;
  /** Whose counts are known, and the longest text in tokens then. */
  let counted = { fingerprint: '', limit: 0 };

  /** What is seen in the examples as they are now, once the model has counted all of them. */
  async function readCounted<Seen>(look: (index: ExampleIndex<Example>) => Seen): Promise<Seen> {
    const model = await models.current();
    const { fingerprint, directory } = model;
    const limit = presetSettings('standard', model).maxTokens;
    for (;;) {
      const { missing, seen } = await collected.read((index) => {
        if (counted.fingerprint !== fingerprint || counted.limit !== limit) index.forgetMeasures();
        counted = { fingerprint, limit };
        const some = index.uncounted(countedAtOnce);
        return some.length > 0 ? { missing: some } : { seen: look(index) };
      });
      if (!missing) return seen;
      const examples = missing.map(({ id, question, answer }) => ({ id, question, answer }));
      const measures = await engine.call('measureExamples', {
        ...{ directory, examples, maxTokens: limit, leaveOutShort: true },
      });
      await collected.read((index) => index.measured(missing, measures, limit));
    }
  }

  async function freeze(): Promise<DatasetVersion> {
    const examples = await readCounted((index) => {
      requireReady(index.readiness());
      return [...index.frozen()];
    });
    const hash = await inTurns(hashing(examples));
    const newest = store.datasets.newest();
    if (newest?.hash === hash) return newest;
    const id = context.ids();
    await inTurns(store.datasets.stage(id, examples));
    // Somebody else may have frozen the same meanwhile.
    const other = store.datasets.newest();
    if (other?.hash === hash) {
      store.datasets.unstage(id);
      return other;
    }
    const version: DatasetVersion = {
      id,
      number: store.datasets.nextNumber(),
      hash,
      ...countSplits(examples),
      createdBy: context.currentOperator(),
      createdAt: context.now(),
    };
    const values = { hash, train: version.train, heldOut: version.heldOut, regression: version.regression };
    const happening = { kind: 'dataset.frozen', subject: String(version.number), values } as const;
    return context.change(['datasets', 'status'], happening, () => {
      store.datasets.add(version);
      return version;
    });
  }

  return {
    freeze,
    quickReadiness: () => collected.read((index) => index.readiness()),
    handlers: {
      'datasets.readiness': () => readCounted((index) => index.readiness()),
      'datasets.freeze': freeze,
      'datasets.list': async () => store.datasets.list(),
    },
  };
}

function requireReady({ train, heldOut, blockingCount: count }: Readiness): void {
  if (count > 0) throw new OfficeError('dataset-not-ready', { count });
  if (train < smallestSplit || heldOut < smallestSplit)
    throw new OfficeError('dataset-empty', { train, heldOut, needed: smallestSplit });
}
