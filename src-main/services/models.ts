/** Base models: the bundled starter, folders that people add, and whether they are still what they were. */

import type { modelRequests } from '../contract/areas/models.ts';
import type { BaseModel, LibraryModel, ModelSummary } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import type { StoredModel } from '../store/models.ts';
import { type Context, requireFound } from './context.ts';
import { toErrorReport } from './error-report.ts';
import { typedPath } from './folder-listing.ts';
import { isSameFolder, modelFiles, stateOfModel } from './model-files.ts';

export interface Models {
  readonly handlers: HandlersOf<typeof modelRequests>;
  /** Registers the starter that came with this installation; a failure is logged, because the app must open anyway. */
  registerBundled(): Promise<void>;
  /**
   * The project's model; before there is a project the starter, for which a start that is still under way is waited for.
   * @throws OfficeError not-found; and whatever keeps the starter from being read, by its own name
   */
  current(): Promise<BaseModel>;
  /** @throws OfficeError model-missing, model-changed where its folder is not what was verified */
  requireUnchanged(model: BaseModel): Promise<void>;
}

const topics = ['models', 'status'] as const;
const day = 86_400_000;
/** Enough of a fingerprint to compare by eye. */
const shortHash = (fingerprint: string) => fingerprint.slice(0, 12);

type Part = keyof ModelSummary['parts'];
/** By the names that people see in a folder. */
const partFiles = {
  configuration: 'config.json',
  tokenizer: 'tokenizer.json',
  template: 'chat_template.jinja',
} as const satisfies Partial<Record<Part, string>>;

export function createModels(context: Context): Models {
  const { store, engine, bundled } = context;
  const requireModel = (id: string) => requireFound(store.models.get(id), 'model', id);

  async function register(directory: string, isBundled: boolean): Promise<StoredModel> {
    if (!isBundled) await engine.call('tryTexts', { directory });
    const { unmetWishes: _, ...summary } = await engine.call('inspectModel', { directory });
    const files = (await modelFiles(directory)) ?? [];
    const known = store.models.findByFingerprint(summary.fingerprint) ?? (await addedByWeights(summary, isBundled));
    // The starter stays at its own place even when somebody adds a copy of it.
    if (known?.bundled && !isBundled) return known;
    const unmoved = known?.bundled === isBundled && (await isSameFolder(known.directory, directory));
    if (known?.parts && unmoved && JSON.stringify(known.files) === JSON.stringify(files)) return known;
    const licence = await engine.call('readLicence', { directory });
    const model: StoredModel = {
      ...summary,
      id: known?.id ?? context.ids(),
      bundled: isBundled,
      addedAt: known?.addedAt ?? context.now(),
      addedBy: known?.addedBy ?? context.currentOperator(),
      licence: licence.name,
      licenceTexts: licence.texts,
      files,
      precision: known?.precision ?? 'f32',
      comparison: known?.comparison ?? null,
    };
    const values = { directory, fingerprint: model.fingerprint, bundled: isBundled };
    const kind = !known ? 'model.added' : unmoved ? 'model.verified' : 'model.moved';
    const changes = known ? changesBetween({ directory: known.directory }, { directory }) : [];
    return context.change(topics, { kind, subject: model.name, values, changes }, () => {
      if (isBundled) retireFormerStarters(model.id);
      if (known) store.models.place(model.id, model);
      else store.models.add(model);
      return requireModel(model.id);
    });
  }

  /**
   * The row of a former version, which knew a model by its weights alone: the one of this folder, or the starter's. A
   * second folder with the same weights is a model of its own.
   */
  async function addedByWeights({ parts, directory }: ModelSummary, isBundled: boolean): Promise<StoredModel | null> {
    const former = store.models.withWeights(parts.weights).filter((model) => model.parts === null);
    for (const model of former)
      if (isBundled ? model.bundled : await isSameFolder(model.directory, directory)) return model;
    return null;
  }

  /** A newer app may carry other weights; adapters made for the former ones keep naming them. */
  function retireFormerStarters(id: string): void {
    for (const model of store.models.list())
      if (model.bundled && model.id !== id) store.models.place(model.id, { ...model, bundled: false });
  }

  let registering: Promise<void> | null = null;
  /** Why the starter is not there: the last attempt's. */
  let starterFailure: Error | null = null;

  /** The start and the first screen ask at once; both wait for the same. */
  const registerBundled = () => (registering ??= registerStarter().finally(() => (registering = null)));

  async function registerStarter(): Promise<void> {
    try {
      await register(typedPath(bundled.starterModelDirectory), true);
      starterFailure = null;
    } catch (error) {
      starterFailure = error instanceof Error ? error : new Error(String(error));
      tellFailure(toErrorReport(error).report.code);
    }
  }

  /** Every screen asks for the models, so the same cause is told once a day. */
  function tellFailure(code: string): void {
    const since = new Date(context.clock().getTime() - day).toISOString();
    const told = store.log.newest(Infinity, { kind: 'model.failed', from: since });
    if (told.some(({ values }) => values['code'] === code)) return;
    context.change([], { kind: 'model.failed', subject: bundled.starterModelDirectory, values: { code } }, () => {});
  }

  /** Another place for the same weights, or the same place read again. */
  async function relocate(id: string, directory: string): Promise<StoredModel> {
    const { name, ...model } = requireModel(id);
    await engine.call('tryTexts', { directory });
    const { fingerprint, parts } = await engine.call('inspectModel', { directory });
    requireSame(model, parts, { path: directory, name });
    const files = (await modelFiles(directory)) ?? [];
    const kind = (await isSameFolder(directory, model.directory)) ? 'model.verified' : 'model.moved';
    const changes = changesBetween({ directory: model.directory }, { directory });
    return context.change(topics, { kind, subject: name, values: { directory }, changes }, () => {
      store.models.place(id, { directory, bundled: model.bundled, files, fingerprint, parts });
      return requireModel(id);
    });
  }

  /** Files on the disk are never touched. */
  function remove(id: string): null {
    const { name, bundled: comesWithApp, directory, fingerprint } = requireModel(id);
    if (comesWithApp) throw new OfficeError('model-bundled');
    const [user] = usersOf(id);
    if (user) throw new OfficeError('model-in-use', { name, ...user });
    return context.change(topics, { kind: 'model.removed', subject: name, values: { directory, fingerprint } }, () => {
      store.models.remove(id);
      return null;
    });
  }

  /** What would lose its base, by name. */
  function usersOf(id: string): readonly { readonly what: string; readonly users: string }[] {
    const project = store.project.get();
    const ofModel = <Row extends { readonly modelId: string }>(rows: readonly Row[]) =>
      rows.filter(({ modelId }) => modelId === id);
    const numbers = (rows: readonly { readonly number: number }[]) => rows.map(({ number }) => `#${number}`);
    const users = {
      project: project?.modelId === id ? [project.site || project.department] : [],
      adapter: store.models.adapterNames(id),
      release: numbers(ofModel(store.releases.list())),
      run: numbers(ofModel(store.runs.list())),
    };
    return Object.entries(users)
      .filter(([, names]) => names.length > 0)
      .map(([what, names]) => ({ what, users: names.join(', ') }));
  }

  const starter = () => store.models.list().find((model) => model.bundled) ?? null;

  async function current(): Promise<BaseModel> {
    const project = store.project.get();
    if (project) return requireFound(store.models.get(project.modelId), 'model', project.modelId);
    await requireBundled();
    const model = starter();
    if (!model && starterFailure) throw starterFailure;
    return requireFound(model, 'model', bundled.starterModelDirectory);
  }

  async function requireBundled(): Promise<void> {
    if (!starter()) await registerBundled();
  }

  return {
    registerBundled,
    current,
    async requireUnchanged({ id }) {
      const { name, directory: path, files } = requireModel(id);
      const state = await stateOfModel(path, files);
      if (state === 'missing') throw new OfficeError('model-missing', { name, path });
      if (state === 'changed') throw new OfficeError('model-changed', { name, path });
    },
    handlers: {
      'models.list': async () => {
        await requireBundled();
        return Promise.all(store.models.list().map(withState));
      },
      'models.add': async ({ directory }) => withState(await register(typedPath(directory), false)),
      'models.relocate': async ({ modelId, directory }) => withState(await relocate(modelId, typedPath(directory))),
      'models.remove': async ({ modelId }) => remove(modelId),
      'models.licence': async ({ modelId }) => {
        const { licence, licenceTexts } = requireModel(modelId);
        return { name: licence, texts: licenceTexts };
      },
    },
  };
}

/** Of a model from a former version only the weights are known. @throws OfficeError model-not-the-same, model-parts-differ */
function requireSame(
  known: Pick<StoredModel, 'fingerprint' | 'parts'>,
  actual: ModelSummary['parts'],
  place: { readonly path: string; readonly name: string },
): void {
  const expected = known.parts ?? { ...actual, weights: known.fingerprint };
  if (actual.weights !== expected.weights) {
    const values = { ...place, actual: shortHash(actual.weights), expected: shortHash(expected.weights) };
    throw new OfficeError('model-not-the-same', values);
  }
  const files = Object.entries(partFiles).filter(([part]) => actual[part as Part] !== expected[part as Part]);
  if (files.length > 0)
    throw new OfficeError('model-parts-differ', { ...place, files: files.map(([, file]) => file).join(', ') });
}

async function withState(model: StoredModel): Promise<LibraryModel> {
  return { ...toModel(model), state: await stateOfModel(model.directory, model.files) };
}

/** Without what only the store needs. */
export function toModel({ files: _, licenceTexts: __, ...model }: StoredModel): BaseModel {
  return model;
}
