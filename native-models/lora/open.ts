/** An adapter from disk for one model: its base, its modules and their sizes are checked before anything is computed. */

import type { ModelFolder } from '../architectures/model-folder.ts';
import { ModelError } from '../errors.ts';
import { fingerprint } from '../weights/fingerprint.ts';
import { type Adapter, readAdapter } from './format.ts';
import { requireBase } from './provenance.ts';
import { servedPart } from './served.ts';

/** Raises what `readAdapter` and `servedPart` raise, and `adapter-wrong-base` where the adapter belongs to another model. */
export async function openAdapter(model: ModelFolder, directory: string): Promise<Adapter> {
  const adapter = servedPart(await readAdapter(directory), model.decoder);
  requireBase(adapter.provenance, { fingerprint: await fingerprint(model.weights), name: model.name });
  const sizes = new Map(model.decoder.linearModules.map((module) => [module.name, module]));
  for (const [name, { inputSize, outputSize }] of adapter.modules) {
    const module = sizes.get(name);
    if (module?.inputSize === inputSize && module.outputSize === outputSize) continue;
    const actual = module ? `${module.inputSize} to ${module.outputSize}` : 'without it';
    throw new ModelError('adapter-wrong-base', {
      expected: `${adapter.config.base_model_name_or_path ?? 'an unnamed model'} (${name}, ${inputSize} to ${outputSize})`,
      actual: `${model.name} (${actual})`,
    });
  }
  return adapter;
}
