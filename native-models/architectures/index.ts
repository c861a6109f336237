/** The registry: `model_type` of config.json → architecture. Adding a family is one file and one line here. */

import { ModelError } from '../errors.ts';
import type { ModelConfig } from './config.ts';
import type { Decoder } from './decoder.ts';
import { llama } from './llama.ts';

export type { Decoder, DecoderInputs, LinearModule } from './decoder.ts';
export type { ModelConfig } from './config.ts';

const families: Readonly<Record<string, (config: ModelConfig) => Decoder>> = { llama };

/** The decoder that a configuration describes; refuses an unknown `model_type` by name. */
export function decoderFromConfig(config: ModelConfig): Decoder {
  const family = families[String(config.model_type)];
  if (family) return family(config);
  throw new ModelError('model-unsupported', {
    field: 'model_type',
    value: String(config.model_type),
    supported: Object.keys(families).join(', '),
  });
}
