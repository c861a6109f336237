/** Which layers see a sliding window only: `layer_types`, or the older fields of Qwen. */

import { flag, type ModelConfig, optionalWholeNumber, unsupported, wholeNumber } from './config.ts';

const known = ['full_attention', 'sliding_attention'];

/** `layer_types`, checked; undefined where the configuration has none. */
export function layerTypes(config: ModelConfig, layers: number): readonly string[] | undefined {
  const types = config.layer_types;
  if (types === undefined || types === null) return undefined;
  if (Array.isArray(types) && types.length === layers && types.every((type) => known.includes(String(type)))) {
    return types as string[];
  }
  throw unsupported('layer_types', types, `${layers} times ${known.join(' or ')}`);
}

/** Qwen's rule: with `use_sliding_window`, the layers from `max_window_layers` on. */
export function slidingLayers(config: ModelConfig): {
  readonly slidingWindow: number | null;
  readonly isSliding: (layer: number) => boolean;
} {
  const slidingWindow = optionalWholeNumber(config, 'sliding_window');
  if (slidingWindow === null || !flag(config, 'use_sliding_window', false)) {
    return { slidingWindow: null, isSliding: () => false };
  }
  const types = layerTypes(config, wholeNumber(config, 'num_hidden_layers'));
  const first = wholeNumber(config, 'max_window_layers', 28);
  return {
    slidingWindow,
    isSliding: (layer) => (types ? types[layer] === 'sliding_attention' : layer >= first),
  };
}
