/** The part of an adapter that is computed here. A folder's model may have other parts too: Gemma 3 also sees pictures. */

import type { Decoder } from '../architectures/index.ts';
import { ModelError } from '../errors.ts';
import type { Adapter } from './format.ts';
import { isTarget } from './target-modules.ts';

/**
 * Leaves out modules of parts that are not computed here, as PEFT adds them where `target_modules` is a list of names;
 * trained on texts alone they stay without effect. Its configuration then says so (`exclude_modules`), for whatever is
 * trained on from it, and names no module that the model does not have. Raises `adapter-unreadable` where such a module
 * does have an effect.
 */
export function servedPart(adapter: Adapter, decoder: Decoder): Adapter {
  const { unservedModules, linearModules } = decoder;
  const { target_modules: targets, exclude_modules: excluded } = adapter.config;
  const known = (target: string) => linearModules.some(({ name }) => `.${name}`.endsWith(`.${target}`));
  const target_modules = typeof targets === 'string' ? targets : targets.filter(known);
  if (unservedModules === null) return { ...adapter, config: { ...adapter.config, target_modules } };
  const served = (config: Adapter['config'], module: string) =>
    isTarget({ ...config, exclude_modules: unservedModules }, module);
  const modules = [...adapter.modules];
  const others = modules.filter(([module]) => !served(adapter.config, module));
  // DoRA's magnitudes act even where B is zero.
  const acting = others.filter(([, { B, magnitude }]) => magnitude !== null || B.some((value) => value !== 0));
  if (acting.length > 0) {
    const reason = `it also adapts ${acting.length} modules of a part that is not computed here, first ${acting[0]![0]}; train it on the language model alone`;
    throw new ModelError('adapter-unreadable', { path: adapter.directory, reason });
  }
  return {
    ...adapter,
    modules: new Map(modules.filter(([module]) => served(adapter.config, module))),
    config: { ...adapter.config, target_modules, exclude_modules: excluded ?? unservedModules },
  };
}
