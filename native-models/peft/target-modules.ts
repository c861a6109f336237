/** Which modules an adapter sits on, and with what rank and scaling: PEFT's own matching rules. */

import { settingInvalid } from '../setting-invalid.ts';
import type { LoraConfig } from './config.ts';
import { modulePattern } from './module-pattern.ts';

type Targets = Pick<LoraConfig, 'target_modules' | 'exclude_modules' | 'layers_to_transform' | 'layers_pattern'>;
type Ranks = Pick<LoraConfig, 'r' | 'lora_alpha' | 'rank_pattern' | 'alpha_pattern' | 'use_rslora'>;

/** PEFT's word for every linear layer but the output head. */
export const allLinear = 'all-linear';

/**
 * Whether the adapter sits on the module, e.g. `model.layers.0.self_attn.q_proj`. A list matches whole names and ends
 * after a dot, a text matches as a regular expression for the whole name.
 * Follows `check_target_module_exists` of PEFT's `tuners_utils.py`. Raises `setting-invalid` for a pattern that cannot be used.
 */
export function isTarget(config: Targets, module: string): boolean {
  const { target_modules: targets, exclude_modules: excluded } = config;
  if (excluded !== null && excluded.length > 0 && matches('exclude_modules', excluded, module)) return false;
  if (typeof targets === 'string')
    return targets.toLowerCase() === allLinear || matches('target_modules', targets, module);
  // A module named in full is wanted, whatever its layer.
  return targets.includes(module) || (matches('target_modules', targets, module) && isWantedLayer(config, module));
}

/**
 * The modules of a model that an adapter to be trained sits on.
 * @param modules names of the model's linear layers without the output head
 * Raises `setting-invalid` where nothing matches, or where one name of a list matches nothing: PEFT would silently
 * leave that one out, and a misspelt name is never meant.
 */
export function selectTargets(config: Targets, modules: readonly string[]): readonly string[] {
  const { target_modules: targets } = config;
  const refuse = (value: string) => {
    const known = [...new Set(modules.map((module) => module.slice(module.lastIndexOf('.') + 1)))].join(', ');
    return settingInvalid('target_modules', value, { rule: 'among', bound: known });
  };
  for (const target of typeof targets === 'string' ? [] : targets)
    if (!modules.some((module) => endsWith(module, target))) throw refuse(target);
  const selected = modules.filter((module) => isTarget(config, module));
  if (selected.length === 0) throw refuse(String(targets));
  return selected;
}

/** Rank of a module's adapter. */
export function rankOf(config: Ranks, module: string): number {
  return fromPattern('rank_pattern', config.rank_pattern, module) ?? config.r;
}

/** Alpha of a module's adapter. */
export function alphaOf(config: Ranks, module: string): number {
  return fromPattern('alpha_pattern', config.alpha_pattern, module) ?? config.lora_alpha;
}

/** The factor on x·Aᵀ·Bᵀ: alpha / rank, or alpha / √rank with rsLoRA. */
export function scalingOf(config: Ranks, module: string): number {
  const rank = rankOf(config, module);
  return alphaOf(config, module) / (config.use_rslora ? Math.sqrt(rank) : rank);
}

/** The first pattern that fits counts, as in PEFT's `get_pattern_key`. */
function fromPattern(setting: string, patterns: Readonly<Record<string, number>>, module: string): number | undefined {
  return Object.entries(patterns).find(([pattern]) => fits(setting, `(.*\\.)?(${pattern})`, module))?.[1];
}

function matches(setting: string, names: readonly string[] | string, module: string): boolean {
  if (typeof names === 'string') return fits(setting, names, module);
  return names.some((name) => endsWith(module, name));
}

function isWantedLayer(config: Targets, module: string): boolean {
  const { layers_to_transform: wanted, layers_pattern: pattern } = config;
  if (wanted === null || (typeof wanted !== 'number' && wanted.length === 0)) return true;
  const containers = pattern === null || pattern.length === 0 ? ['[^.]*'] : [pattern].flat();
  for (const container of containers) {
    const layer = modulePattern('layers_pattern', `.*\\.${container}\\.(\\d+)\\..*`).groupsOf(module)?.at(-1);
    if (layer != null) return [wanted].flat().includes(Number(layer));
  }
  return false;
}

function endsWith(module: string, name: string): boolean {
  return module === name || module.endsWith(`.${name}`);
}

const fits = (setting: string, pattern: string, module: string): boolean =>
  modulePattern(setting, pattern).groupsOf(module) !== null;
