/** A Hugging Face model folder, opened and checked: configuration, weights by name, and the decoder they make. */

import { basename, relative, resolve, sep } from 'node:path';
import { decoderFromConfig, type Decoder, type ModelConfig } from '../architectures/index.ts';
import { withStoredHead } from '../architectures/stored-head.ts';
import { ModelError, type Report, stopAtFirst } from '../errors.ts';
import type { DataType, Graph, Value } from '../graph/graph.ts';
import { cast } from '../ops/index.ts';
import { openWeights, requireFolder, type Weights } from '../weights/checkpoint-folder.ts';
import { type FolderFiles, folderFiles } from '../weights/folder-files.ts';

export interface ModelFolder {
  readonly directory: string;
  /** Folder name, as people know the model. */
  readonly name: string;
  readonly config: ModelConfig;
  readonly decoder: Decoder;
  /** By the decoder's names; each tensor also knows its name in the file. */
  readonly weights: Weights;
  /** Number of weights the decoder uses. */
  readonly parameters: number;
}

/**
 * Opens a folder. Nothing is loaded: weights stay on disk.
 * Raises `model-folder-missing`, `model-not-a-model`, `model-unsupported`, `weights-*`.
 */
export async function openModelFolder(directory: string, files = folderFiles(directory)): Promise<ModelFolder> {
  const config = await readConfig(files);
  const described = decoderFromConfig(config);
  const stored = await openWeights(directory);
  const decoder = await withStoredHead(described, config, stored);
  const weights = underUsualNames(decoder, stored);
  checkTensors(decoder, weights, stopAtFirst);
  return { directory, name: folderName(directory), config, decoder, weights, parameters: parameterCount(decoder) };
}

/**
 * What people call the model: its folder's name, or the one in Hugging Face's cache, where the folder itself is a hash.
 * Spelled as they type it: disks of macOS spell が in two characters.
 * https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export function folderName(directory: string): string {
  const [repository, snapshots] = resolve(directory).split(sep).slice(-3);
  const cached = snapshots === 'snapshots' ? /^models--(?:.*--)?(.+)$/.exec(repository ?? '')?.[1] : undefined;
  return (cached ?? basename(resolve(directory))).normalize('NFC');
}

/** `config.json`. Raises `model-folder-missing`, `folder-is-a-file`, `model-not-a-model` or `model-config-unreadable`. */
export async function readConfig(files: FolderFiles): Promise<ModelConfig> {
  await requireFolder(files.directory);
  const config = await files.json('config.json');
  if (config === null) throw new ModelError('model-not-a-model', { path: files.directory, file: 'config.json' });
  return config;
}

/** Weights that the decoder uses. */
export function parameterCount(decoder: Decoder): number {
  return weightSizes(decoder).reduce((sum, size) => sum + size, 0);
}

/**
 * Bytes of the largest weight as graphs hold it, in float32. Training splits the head of a large vocabulary, but looks
 * embeddings up in one piece, as answering does.
 */
export function largestWeightBytes(decoder: Decoder): number {
  return Float32Array.BYTES_PER_ELEMENT * Math.max(...weightSizes(decoder));
}

function weightSizes({ weightShapes }: Decoder): readonly number[] {
  return [...weightShapes.values()].map((shape) => shape.reduce((product, size) => product * size, 1));
}

/** Reports every tensor that is missing, has another shape, or a number format that cannot be computed with. */
export function checkTensors(decoder: Decoder, weights: Weights, report: Report): void {
  for (const [tensor, expected] of decoder.weightShapes) {
    const found = weights.tensors.get(tensor);
    if (!found) report(new ModelError('weights-tensor-missing', { tensor, architecture: decoder.architecture }));
    else if (found.shape.join() !== expected.join()) {
      const [actual, wanted] = [found.shape, expected].map((shape) => `[${shape.join(', ')}]`);
      report(new ModelError('weights-shape-mismatch', { tensor, actual: actual!, expected: wanted! }));
    } else if (!(found.dtype in externalTypes)) {
      const values = { field: tensor, value: found.dtype, supported: 'F32, F16, BF16' };
      report(new ModelError('model-unsupported', values));
    }
  }
}

/** The weights by the decoder's names for them; tensors that it does not use keep the file's. */
export function underUsualNames(decoder: Decoder, weights: Weights): Weights {
  const usual = new Map<string, string>();
  for (const weight of decoder.weightShapes.keys()) {
    const stored = decoder.checkpointNames(weight).find((name) => weights.tensors.has(name));
    if (stored !== undefined) usual.set(stored, weight);
  }
  const tensors = [...weights.tensors].map(([name, tensor]) => [usual.get(name) ?? name, tensor] as const);
  return { ...weights, tensors: new Map(tensors) };
}

const externalTypes: Readonly<Record<string, DataType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' };

/** Some rows of the weights that carry one row for each token of the vocabulary. */
export interface RowRange {
  readonly start: number;
  readonly count: number;
}

/**
 * Frozen weights for a graph: initializers whose bytes stay in the user's files, widened to float32 at load.
 * @param rows only these rows of each weight's first axis
 */
export function frozenWeights(model: ModelFolder, graph: Graph, rows?: RowRange): (name: string) => Value {
  const known = new Map<string, Value>();
  return (name) => {
    const earlier = known.get(name);
    if (earlier) return earlier;
    const tensor = model.weights.tensors.get(name);
    if (!tensor)
      throw new ModelError('weights-tensor-missing', { tensor: name, architecture: model.decoder.architecture });
    const [height = 1, ...rest] = tensor.shape;
    const { start, count } = rows ?? { start: 0, count: height };
    const rowBytes = tensor.byteLength / height;
    const stored = graph.external(name, externalTypes[tensor.dtype]!, rows ? [count, ...rest] : tensor.shape, {
      location: relative(model.directory, tensor.file),
      offset: tensor.offset + start * rowBytes,
      length: rows ? count * rowBytes : tensor.byteLength,
    });
    const value = cast(stored, 'float32');
    known.set(name, value);
    return value;
  };
}
