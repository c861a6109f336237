/** A Hugging Face model folder, opened and checked: configuration, weights by name, and the decoder they make. */

import { stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { ModelError } from '../errors.ts';
import type { DataType, Graph, Value } from '../graph/graph.ts';
import { cast } from '../ops/index.ts';
import { openWeights, type Weights } from '../weights/checkpoint-folder.ts';
import { readJsonObject } from '../weights/json.ts';
import { decoderFromConfig, type Decoder, type ModelConfig } from './index.ts';

export interface ModelFolder {
  readonly directory: string;
  /** Folder name, as people know the model. */
  readonly name: string;
  readonly config: ModelConfig;
  readonly decoder: Decoder;
  readonly weights: Weights;
  /** Number of weights the decoder uses. */
  readonly parameters: number;
}

/**
 * Opens a folder. Nothing is loaded: weights stay on disk.
 * Raises `model-folder-missing`, `model-not-a-model`, `model-unsupported`, `weights-*`.
 */
export async function openModelFolder(directory: string): Promise<ModelFolder> {
  const folder = await stat(directory).catch(() => null);
  if (folder?.isDirectory() !== true) throw new ModelError('model-folder-missing', { path: directory });
  const config = await readJsonObject(join(directory, 'config.json'));
  if (config === null) throw new ModelError('model-not-a-model', { path: directory, file: 'config.json' });
  const decoder = decoderFromConfig(config);
  const weights = await openWeights(directory);
  let parameters = 0;
  for (const [tensor, expected] of decoder.weightShapes) {
    const found = weights.tensors.get(tensor);
    if (!found) throw new ModelError('weights-tensor-missing', { tensor, architecture: decoder.architecture });
    if (found.shape.join() !== expected.join()) {
      throw new ModelError('weights-shape-mismatch', {
        tensor,
        actual: `[${found.shape.join(', ')}]`,
        expected: `[${expected.join(', ')}]`,
      });
    }
    if (!(found.dtype in externalTypes)) {
      throw new ModelError('model-unsupported', { field: tensor, value: found.dtype, supported: 'F32, F16, BF16' });
    }
    parameters += expected.reduce((product, size) => product * size, 1);
  }
  return { directory, name: basename(directory), config, decoder, weights, parameters };
}

const externalTypes: Readonly<Record<string, DataType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/** Frozen weights for a graph: initializers whose bytes stay in the user's files, widened to float32 at load. */
export function frozenWeights(model: ModelFolder, graph: Graph): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    const earlier = known.get(name);
    if (earlier) return earlier;
    const tensor = model.weights.tensors.get(name);
    if (!tensor)
      throw new ModelError('weights-tensor-missing', { tensor: name, architecture: model.decoder.architecture });
    const stored = graph.external(name, externalTypes[tensor.dtype]!, tensor.shape, {
      location: relative(model.directory, tensor.file),
      offset: tensor.offset,
      length: tensor.byteLength,
    });
    const value = cast(stored, 'float32');
    known.set(name, value);
    return value;
  };
}
