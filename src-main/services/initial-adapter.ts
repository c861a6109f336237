/** Training that goes on from an adapter: which one, and what of the settings it decides. */

import type { AdapterConfiguration, BaseModel, RunSettings } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { type Context, requireFound } from './context.ts';

/** @throws OfficeError not-found, adapter-wrong-base, adapter-damaged */
export function initialAdapter({ store }: Context, id: string | null, model: BaseModel): StoredAdapter | null {
  if (id === null) return null;
  const adapter = requireFound(store.adapters.get(id), 'adapter', id);
  if (adapter.modelId !== model.id) {
    const expected = store.models.get(adapter.modelId)?.name ?? adapter.modelId;
    throw new OfficeError('adapter-wrong-base', { expected, actual: model.name });
  }
  store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
  return adapter;
}

/** An adapter brings its own method, rank, alpha and modules; the settings say so, so that the record is true. */
export function continuedSettings(settings: RunSettings, configuration: AdapterConfiguration): RunSettings {
  const { method, ranks, alpha, targetModules } = configuration;
  return { ...settings, method, rank: ranks.at(-1) ?? settings.rank, alpha, targetModules };
}
