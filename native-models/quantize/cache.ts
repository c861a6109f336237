/**
 * Quantized matrices on the disk: made once from a model's own files, one matrix at a time, and checked by hash before
 * every use.
 */

import { createHash } from 'node:crypto';
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ModelFolder } from '../models/model-folder.ts';
import { readOrdinary } from '../disk/ordinary.ts';
import { move, remove, tidyUp } from '../disk/patient.ts';
import { clearAbandonedIn, unfinishedIn } from '../disk/unfinished.ts';
import { ModelError } from '../errors.ts';
import { writeError, sha256OfFile, writeFileDurably } from '../weights/files.ts';
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
import type { QuantizedMatrix } from './declare.ts';
import { writePrepacked } from './prepacked.ts';

/** Changes when the same matrix would be rounded differently. */
const recipe = 'blocks-1';
/** Of the fingerprint, hexadecimal: enough to tell the models of a plant apart, and short for Windows' paths. */
const nameDigits = 16;

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
  const directory = planned
    ? ''
    : join(cacheDirectory, `${(await fingerprint(model.weights)).slice(0, nameDigits)}-${recipe}`);
  if (!planned) await clearAbandonedIn(directory);
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
    if (!(await isIntact(path))) {
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
  return `${keyOf(weight, transposed)}.${kind}${prepacked ? `${prepackedMark}${machine}` : ''}.safetensors`;
}

const prepackedMark = '.prepacked-';
/** Another runtime or processor has files of its own: those of this one may be mapped by a process that runs. */
const machine = createHash('sha256').update(prepackedFor).digest('hex').slice(0, 12);

/** Megabytes. */
const largestHash = 1;
const hashOf = (path: string): string => `${path}.sha256`;

/** Over content and place: whole files that somebody swapped are those of other matrices or of another model. */
const sealOf = (path: string, sha256: string): string =>
  createHash('sha256')
    .update(`${basename(dirname(path))}/${basename(path)}\n${sha256}`)
    .digest('hex');

async function isIntact(path: string): Promise<boolean> {
  const expected = await readOrdinary(hashOf(path), largestHash).catch(() => null);
  if (expected === null) return false;
  const sha256 = await sha256OfFile(path).catch(() => null);
  return sha256 !== null && sealOf(path, sha256) === expected.toString('utf8').trim();
}

/** Made under names of its own: another process may make the same matrix, and Windows replaces no file that is mapped. */
async function quantize(tensor: WeightTensor, request: QuantizedRequest, path: string): Promise<void> {
  const tensors = await quantized(tensor, request);
  const [plain, packed] = [unfinishedIn(dirname(path)), unfinishedIn(dirname(path))];
  try {
    await writeSafetensors(plain, tensors);
    const mapsAlike =
      request.prepacked === true &&
      (await writePrepacked(packed, tensors, {
        plain: await openMatrix(plain, tensor, request),
        reopen: () => openMatrix(packed, tensor, request),
      }));
    await publish(mapsAlike ? packed : plain, path);
  } finally {
    for (const left of [plain, packed]) await tidyUp(left);
  }
  if (request.prepacked) await removeFormer(path);
}

/** Whoever comes first is right: the bytes of a matrix are the same, whichever process made them. */
async function publish(made: string, path: string): Promise<void> {
  if (await isIntact(path)) return;
  const sha256 = await sha256OfFile(made);
  const cameFirst = async () => (await sha256OfFile(path).catch(() => null)) === sha256;
  // Nobody but this cache has anything there.
  for (const each of [path, hashOf(path)]) {
    if (!(await lstat(each).catch(() => null))?.isDirectory()) continue;
    await remove(each).catch((error: unknown) => {
      throw writeError(each, error);
    });
  }
  if (!(await cameFirst())) {
    await move(made, path).catch(async (error: unknown) => {
      if (!(await cameFirst())) throw writeError(path, error);
    });
  }
  // The hash comes last: a matrix without it counts as not yet made.
  await writeFileDurably(hashOf(path), `${sealOf(path, sha256)}\n`);
}

/** What a former runtime packed is of no use; what one that runs has mapped goes another time. */
async function removeFormer(path: string): Promise<void> {
  const [own, folder] = [basename(path), dirname(path)];
  const former = `${own.slice(0, own.indexOf(prepackedMark))}.prepacked`;
  for (const name of await readdir(folder).catch(() => []))
    if (name.startsWith(former) && !name.startsWith(own)) await tidyUp(join(folder, name), 0);
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
