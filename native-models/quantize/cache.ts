/**
 * Quantized matrices on the disk: made once from a model's own files, one matrix at a time, and checked by hash before
 * every use.
 */

import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import type { ModelFolder } from '../architectures/model-folder.ts';
import { ModelError } from '../errors.ts';
import { sha256OfFile, writeFileDurably } from '../weights/files.ts';
import { fingerprint } from '../weights/fingerprint.ts';
import {
  openSafetensors,
  readTensor,
  type TensorToWrite,
  type WeightTensor,
  writeSafetensors,
} from '../weights/safetensors.ts';
import { prepackedFor } from '../runtime/prepack.ts';
import { discard } from '../runtime/tensor.ts';
import { type BlockFormat, blocksOf, packedBytes, quantizeBlocks, transposed } from './blocks.ts';
import { addPrepacked } from './prepacked.ts';

/** Changes when the same matrix would be rounded differently. */
const recipe = 'blocks-1';

/** A matrix of a model to be had in blocks. */
export interface QuantizedRequest {
  /** Hugging Face name of a weight with two axes. */
  readonly weight: string;
  /** Blocks run along the weight's first axis: the matrix is its transpose. */
  readonly transposed: boolean;
  readonly format: BlockFormat;
  /** Also as onnxruntime packs it on this machine: for answering. Such a matrix has a file of its own. */
  readonly prepacked?: boolean;
}

/** Where a quantized matrix lies. */
export interface QuantizedMatrix {
  readonly rows: number;
  /** Summed over by a product with this matrix. */
  readonly columns: number;
  readonly format: BlockFormat;
  /** U8 (I8 where signed) (rows, blocks, blockSize·bits/8) */
  readonly packed: WeightTensor;
  /** F32 (rows, blocks) */
  readonly scales: WeightTensor;
  /** U8, in the same file, with onnxruntime's name for these bytes. */
  readonly prepacked?: { readonly key: string; readonly tensor: WeightTensor } | undefined;
}

export interface QuantizedWeights {
  /** Folder of all files, for a session's external data. */
  readonly directory: string;
  /** Bytes of all requested matrices. */
  readonly byteLength: number;
  /** A requested matrix. */
  readonly matrix: (weight: string, transposed: boolean) => QuantizedMatrix;
}

export interface QuantizeOptions {
  /** The cache: holds a folder for each base, by fingerprint. */
  readonly cacheDirectory: string;
  /** Awaited before each matrix: where a job is paused or cancelled. */
  readonly turn?: (() => Promise<void>) | undefined;
  /** Makes nothing: only the sizes of the matrices are wanted, and their places mean nothing. */
  readonly planned?: boolean | undefined;
  /** Told before each matrix that has to be made. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The requested matrices, made where the cache lacks them. A file that does not match its hash is made again.
 * Raises `disk-full`, `file-unwritable`, `folder-is-a-file`, `weights-not-finite` and what reading the model raises.
 */
export async function quantizedWeights(
  model: ModelFolder,
  requests: readonly QuantizedRequest[],
  { cacheDirectory, planned = false, turn, onProgress }: QuantizeOptions,
): Promise<QuantizedWeights> {
  const directory = planned ? '' : join(cacheDirectory, `${await fingerprint(model.weights)}-${recipe}`);
  const matrices = new Map<string, QuantizedMatrix>();
  for (const [index, request] of requests.entries()) {
    await turn?.();
    const { weight } = request;
    const tensor = model.weights.tensors.get(weight);
    if (tensor?.shape.length !== 2) {
      throw new ModelError('weights-tensor-missing', { tensor: weight, architecture: model.decoder.architecture });
    }
    if (planned) {
      matrices.set(keyOf(weight, request.transposed), plannedMatrix(tensor, request));
      continue;
    }
    const path = join(directory, fileName(request));
    if (!(await isIntact(path, request))) {
      onProgress?.(index, requests.length);
      await quantize(tensor, request, path);
    }
    matrices.set(keyOf(weight, request.transposed), await openMatrix(path, tensor, request));
  }
  return {
    directory,
    byteLength: [...matrices.values()].reduce(
      (sum, { packed, scales }) => sum + packed.byteLength + scales.byteLength,
      0,
    ),
    matrix(weight, transposed) {
      const matrix = matrices.get(keyOf(weight, transposed));
      if (!matrix) throw new Error(`${weight} was not asked for in blocks`);
      return matrix;
    },
  };
}

const keyOf = (weight: string, transposed: boolean): string => (transposed ? `${weight}.transposed` : weight);

function fileName({ weight, transposed, format, prepacked }: QuantizedRequest): string {
  const kind = format.signed ? 'rows' : `${format.bits}x${format.blockSize}`;
  return `${keyOf(weight, transposed)}.${kind}${prepacked ? '.prepacked' : ''}.safetensors`;
}

const hashOf = (path: string): string => `${path}.sha256`;

async function isIntact(path: string, { prepacked }: QuantizedRequest): Promise<boolean> {
  const expected = await readFile(hashOf(path), 'utf8').catch(() => null);
  if (expected === null) return false;
  if ((await sha256OfFile(path).catch(() => null)) !== expected.trim()) return false;
  return !prepacked || (await openSafetensors(path)).metadata['prepacked_for'] === prepackedFor;
}

async function quantize(tensor: WeightTensor, request: QuantizedRequest, path: string): Promise<void> {
  const tensors = await quantized(tensor, request);
  await writeSafetensors(path, tensors, request.prepacked ? { prepacked_for: prepackedFor } : {});
  if (request.prepacked) await addPrepacked(path, tensors, () => openMatrix(path, tensor, request));
  // The hash comes last: a matrix without it counts as not yet made.
  await writeFileDurably(hashOf(path), `${await sha256OfFile(path)}\n`);
}

async function quantized(tensor: WeightTensor, request: QuantizedRequest): Promise<readonly TensorToWrite[]> {
  const { format } = request;
  const stored = await readTensor(tensor, { refuseNotFinite: true });
  const [height, width] = tensor.shape as [number, number];
  const [rows, columns] = sizeOf(tensor, request);
  const values = request.transposed ? transposed(stored, height, width) : stored;
  const { packed, scales } = quantizeBlocks(values, rows, columns, format);
  [stored, values].forEach(discard);
  const blocks = blocksOf(columns, format);
  return [
    {
      name: 'packed',
      dtype: format.signed ? 'I8' : 'U8',
      shape: [rows, blocks, packed.length / (rows * blocks)],
      data: packed,
    },
    { name: 'scales', dtype: 'F32', shape: [rows, blocks], data: scales },
  ];
}

async function openMatrix(path: string, tensor: WeightTensor, request: QuantizedRequest): Promise<QuantizedMatrix> {
  const { tensors, metadata } = await openSafetensors(path);
  const [rows, columns] = sizeOf(tensor, request);
  const prepacked = tensors.get('prepacked');
  return {
    rows,
    columns,
    format: request.format,
    packed: tensors.get('packed')!,
    scales: tensors.get('scales')!,
    prepacked: prepacked && { key: metadata['prepacked_key']!, tensor: prepacked },
  };
}

function plannedMatrix(tensor: WeightTensor, request: QuantizedRequest): QuantizedMatrix {
  const [rows, columns] = sizeOf(tensor, request);
  const { format } = request;
  const packed = { ...tensor, byteLength: packedBytes(rows, columns, format) };
  const scales = { ...tensor, byteLength: Float32Array.BYTES_PER_ELEMENT * rows * blocksOf(columns, format) };
  return { rows, columns, format, packed, scales };
}

function sizeOf({ shape }: WeightTensor, { transposed }: QuantizedRequest): readonly [number, number] {
  const [height, width] = shape as readonly [number, number];
  return transposed ? [width, height] : [height, width];
}
