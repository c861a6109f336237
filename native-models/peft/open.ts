/** An adapter from disk for one model: the one door for whoever answers with it, proves it, merges it or trains on from it. */

import type { Decoder } from '../architectures/index.ts';
import { ModelError } from '../errors.ts';
import { identityOf } from '../models/identity.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { type Adapter, adapterFile, readAdapter } from './format.ts';
import { requireBase } from './provenance.ts';
import { servedPart } from './served.ts';
import { isTarget } from './target-modules.ts';

/**
 * Checks base, modules, sizes, and that the file holds all that its configuration promises for this model. Names in
 * `target_modules` that the model does not have are left out, as PEFT does while one of them matches. Raises what
 * `readAdapter` and `servedPart` raise, `adapter-wrong-base` where the adapter belongs to another model, and
 * `adapter-unreadable` where matrices are missing.
 */
export async function openAdapter(model: ModelFolder, directory: string): Promise<Adapter> {
  const { decoder } = model;
  const adapter = servedPart(await readAdapter(directory, presentNames(decoder)), decoder);
  requireBase(adapter.provenance, { parts: (await identityOf(model.weights)).parts, name: model.name });
  const sizes = new Map(decoder.linearModules.map((module) => [module.name, module]));
  for (const [name, { inputSize, outputSize }] of adapter.modules) {
    const module = sizes.get(name);
    if (module?.inputSize === inputSize && module.outputSize === outputSize) continue;
    const actual = module ? `${module.inputSize} to ${module.outputSize}` : 'without it';
    throw new ModelError('adapter-wrong-base', {
      expected: `${adapter.config.base_model_name_or_path ?? 'an unnamed model'} (${name}, ${inputSize} to ${outputSize})`,
      actual: `${model.name} (${actual})`,
    });
  }
  const missing = decoder.linearModules.filter(
    ({ name }) => isTarget(adapter.config, name) && !adapter.modules.has(name),
  );
  if (missing.length > 0) {
    const reason = `${adapterFile} lacks the matrices of ${missing.length} modules that adapter_config.json names, first ${missing[0]!.name}`;
    throw new ModelError('adapter-unreadable', { path: directory, reason });
  }
  return adapter;
}

/**
 * Modules by the names that they have now. Adapters of Gemma 3 from before transformers 4.52 name them as its files still
 * do (`language_model.model.layers…`); PEFT renames them in the same way when it loads them.
 */
function presentNames(decoder: Decoder): (stored: string) => string {
  const names = new Map<string, string>();
  for (const { name } of decoder.linearModules) {
    for (const stored of decoder.checkpointNames(`${name}.weight`)) names.set(stored.replace(/\.weight$/, ''), name);
  }
  return (stored) => names.get(stored) ?? stored;
}
