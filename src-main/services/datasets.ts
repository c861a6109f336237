/** From collected examples to a frozen version: readiness, and the freeze itself. */

import type { datasetRequests } from '../contract/areas/datasets.ts';
import type { BaseModel, DatasetVersion, ExampleMeasure, Readiness } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { assignSplits, countSplits, datasetHash, smallestSplit } from '../domain/dataset.ts';
import { presetSettings } from '../domain/presets.ts';
import { assessReadiness } from '../domain/readiness.ts';
import type { Context } from './context.ts';
import type { Models } from './models.ts';

export interface Datasets {
  readonly handlers: HandlersOf<typeof datasetRequests>;
  /**
   * The newest version, or a new one where the examples have changed since.
   * @throws OfficeError dataset-not-ready, dataset-empty
   */
  freeze(): Promise<DatasetVersion>;
  /** With the token counts known so far, without asking the model: cheap enough for every look at the status. */
  quickReadiness(): Readiness;
}

interface Measured {
  /** Of the model that counted. */
  readonly fingerprint: string;
  /** Longest text in tokens. */
  readonly limit: number;
  readonly byText: Map<string, Pick<ExampleMeasure, 'tokens' | 'answerTokens'>>;
}

export function createDatasets(context: Context, models: Models): Datasets {
  const { store, engine } = context;
  /** Token counts by model and text; measuring hundreds of examples again at every keystroke would be slow. */
  let measured: Measured = { fingerprint: '', limit: Number.POSITIVE_INFINITY, byText: new Map() };
  let quick: { revision: number; texts: number; readiness: Readiness } | null = null;

  function assess(): Readiness {
    const { limit } = measured;
    const examples = store.examples.all();
    const measures = examples.flatMap((example): ExampleMeasure[] => {
      const known = measured.byText.get(textKey(example));
      return known ? [{ id: example.id, ...known, tooLong: known.tokens > limit }] : [];
    });
    return assessReadiness(examples, measures, limit);
  }

  async function measureMissing(model: BaseModel, limit: number): Promise<void> {
    const { fingerprint } = model;
    measured = {
      fingerprint,
      limit,
      byText: measured.fingerprint === fingerprint ? measured.byText : new Map<never, never>(),
    };
    const { byText } = measured;
    const missing = store.examples.all().filter((example) => !byText.has(textKey(example)));
    if (missing.length === 0) return;
    const examples = missing.map(({ id, question, answer }) => ({ id, question, answer }));
    const measures = await engine.call('measureExamples', { directory: model.directory, examples, maxTokens: limit });
    const texts = new Map(missing.map((example) => [example.id, textKey(example)]));
    for (const { id, tokens, answerTokens } of measures) byText.set(texts.get(id) ?? '', { tokens, answerTokens });
  }

  async function readiness(): Promise<Readiness> {
    const model = await models.current();
    const limit = presetSettings('standard', model).maxTokens;
    // Somebody may write while the model counts; the assessment must be of what is there now.
    for (let revision = -1; revision !== store.examples.revision();) {
      revision = store.examples.revision();
      await measureMissing(model, limit);
    }
    return assess();
  }

  async function freeze(): Promise<DatasetVersion> {
    requireReady(await readiness());
    const examples = assignSplits(store.examples.all());
    const hash = datasetHash(examples);
    const newest = store.datasets.newest();
    if (newest?.hash === hash) return newest;
    const version: DatasetVersion = {
      id: context.ids(),
      number: store.datasets.nextNumber(),
      hash,
      ...countSplits(examples),
      createdBy: context.currentOperator(),
      createdAt: context.now(),
    };
    const values = { hash, train: version.train, heldOut: version.heldOut, regression: version.regression };
    const happening = { kind: 'dataset.frozen', subject: String(version.number), values } as const;
    return context.change(['datasets', 'status'], happening, () => {
      store.datasets.add(version, examples);
      return version;
    });
  }

  return {
    freeze,
    quickReadiness() {
      const revision = store.examples.revision();
      const texts = measured.byText.size;
      if (quick?.revision !== revision || quick.texts !== texts) quick = { revision, texts, readiness: assess() };
      return quick.readiness;
    },
    handlers: {
      'datasets.readiness': readiness,
      'datasets.freeze': freeze,
      'datasets.list': async () => store.datasets.list(),
    },
  };
}

function requireReady({ train, heldOut, findings }: Readiness): void {
  const count = findings.filter(({ blocking }) => blocking).length;
  if (count > 0) throw new OfficeError('dataset-not-ready', { count });
  if (train < smallestSplit || heldOut < smallestSplit)
    throw new OfficeError('dataset-empty', { train, heldOut, needed: smallestSplit });
}

function textKey({ question, answer }: { readonly question: string; readonly answer: string }): string {
  return `${question}\0${answer}`;
}
