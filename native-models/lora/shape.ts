/** Which modules an adapter sits on and with which rank and scaling: a PEFT configuration applied to a model. */

import type { Decoder } from '../architectures/index.ts';
import type { LoraConfig } from '../peft/config.ts';
import { rankOf, scalingOf, selectTargets } from '../peft/target-modules.ts';
import { groupModules, type ModuleGroup } from './stack.ts';

export interface AdapterShape {
  readonly groups: readonly ModuleGroup[];
  /** Largest rank in a group. Modules of smaller rank are padded with zeros, which stay zero in training. */
  readonly groupRank: (group: ModuleGroup) => number;
  readonly rankOf: (module: string) => number;
  /** alpha / rank, or alpha / √rank with rsLoRA. */
  readonly scalingOf: (module: string) => number;
  /** Weight-decomposed adapters carry a magnitude for each output (Liu et al. 2024, arXiv 2402.09353). */
  readonly dora: boolean;
  readonly dropout: number;
}

/** Raises `setting-invalid` where the configuration names modules that the model does not have. */
export function adapterShape(decoder: Decoder, config: LoraConfig): AdapterShape {
  const names = decoder.linearModules.map(({ name }) => name);
  const targets = new Set(selectTargets(config, names));
  const rank = (module: string): number => rankOf(config, module);
  return {
    groups: groupModules(decoder.linearModules.filter(({ name }) => targets.has(name))),
    groupRank: ({ modules }) => Math.max(...modules.map(({ name }) => rank(name))),
    rankOf: rank,
    scalingOf: (module) => scalingOf(config, module),
    dora: config.use_dora,
    dropout: config.lora_dropout,
  };
}
