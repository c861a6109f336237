/** Base models: the bundled starter and folders that people add. */

import { resolve } from 'node:path';
import type { BaseModel } from '../contract/entities.ts';
import { type Context, found, type Handlers } from './context.ts';
import { toErrorReport } from './error-report.ts';

export interface Models {
  readonly handlers: Pick<Handlers, 'models.list' | 'models.add'>;
  /** Registers the starter that came with this installation; a failure is logged, because the app must open anyway. */
  registerBundled(): Promise<void>;
  /** The project's model, or the starter before there is a project. @throws OfficeError not-found */
  current(): BaseModel;
}

export function createModels(context: Context): Models {
  const { store, engine, bundled } = context;

  async function register(directory: string, isBundled: boolean): Promise<BaseModel> {
    const summary = await engine.call('inspectModel', { directory });
    const known = store.models.findByFingerprint(summary.fingerprint);
    const model: BaseModel = {
      ...summary,
      id: known?.id ?? context.ids(),
      directory,
      bundled: isBundled || (known?.bundled ?? false),
      addedAt: known?.addedAt ?? context.now(),
    };
    if (known?.directory === model.directory && known.bundled === model.bundled) return known;
    // The starter stays at its own place even when somebody adds a copy of it.
    if (known?.bundled && !isBundled) return known;
    const values = { directory, fingerprint: model.fingerprint };
    return context.change(['models', 'status'], { kind: 'model.added', subject: model.name, values }, () => {
      if (isBundled) retireFormerStarters(model.id);
      if (known) store.models.move(model.id, directory, model.bundled);
      else store.models.add(model);
      return found(store.models.get(model.id), 'model', model.id);
    });
  }

  /** A newer app may carry other weights; adapters made for the former ones keep naming them. */
  function retireFormerStarters(id: string): void {
    for (const model of store.models.list())
      if (model.bundled && model.id !== id) store.models.move(model.id, model.directory, false);
  }

  async function registerBundled(): Promise<void> {
    try {
      await register(resolve(bundled.starterModelDirectory), true);
    } catch (error) {
      const { code } = toErrorReport(error).report;
      context.change([], { kind: 'model.failed', subject: bundled.starterModelDirectory, values: { code } }, () => {});
    }
  }

  return {
    registerBundled,
    current() {
      const project = store.project.get();
      const models = store.models.list();
      const model = project ? store.models.get(project.modelId) : (models.find(({ bundled }) => bundled) ?? null);
      return found(model, 'model', project?.modelId ?? bundled.starterModelDirectory);
    },
    handlers: {
      'models.list': async () => {
        if (!store.models.list().some((model) => model.bundled)) await registerBundled();
        return store.models.list();
      },
      'models.add': ({ directory }) => register(resolve(directory), false),
    },
  };
}
