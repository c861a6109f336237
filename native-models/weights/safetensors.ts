/** Safetensors files: opened by header, read by range, written durably. https://huggingface.co/docs/safetensors */

import type { FileHandle } from 'node:fs/promises';
import { openOrdinary } from '../disk/ordinary.ts';
import { ModelError } from '../errors.ts';
import { alignedCopy, bytesOf, decodeFloats, dtypeOrder, encodeFloats, isFloat } from './dtypes.ts';
import type { Dtype } from './dtypes.ts';
import { readError, writeFileDurably } from './files.ts';
import { largestHeaderBytes, parseHeader, prefixBytes } from './header.ts';
import type { SafetensorsHeader, WeightTensor } from './header.ts';

export type { WeightTensor } from './header.ts';

export interface Safetensors extends SafetensorsHeader {
  readonly path: string;
  /** Size of the whole file. */
  readonly fileBytes: number;
}

/** A tensor to be written. Floats are rounded to `dtype`; bytes are taken as they are. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The values, or how to get them when their turn to be written comes. */
  readonly data: TensorData | (() => Promise<TensorData>);
}

type TensorData = Float32Array | Uint8Array;

/** A Git LFS pointer, what a clone without LFS leaves in place of a large file: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md */
const pointerStart = 'version ';

/** Read at once: large enough for the disk, small enough for any machine, whole elements of every dtype. */
const pieceBytes = 16 << 20;

/**
 * Reads and checks the header; the tensors stay on the disk.
 * Raises what `readError` gives, `weights-pointer`, `weights-truncated` or `weights-header-invalid`.
 */
export async function openSafetensors(path: string): Promise<Safetensors> {
  return withFile(path, async (handle) => {
    const fileBytes = (await handle.stat()).size;
    const truncated = (expectedBytes: number) =>
      new ModelError('weights-truncated', { path, actualBytes: fileBytes, expectedBytes });
    if (fileBytes < prefixBytes) throw truncated(prefixBytes);
    const prefix = Buffer.alloc(prefixBytes);
    await readFully(handle, prefix, 0, path);
    if (prefix.toString('latin1') === pointerStart) throw new ModelError('weights-pointer', { path });
    const headerBytes = prefix.readBigUInt64LE();
    if (headerBytes > BigInt(largestHeaderBytes))
      throw new ModelError('weights-header-invalid', { path, reason: `it claims a header of ${headerBytes} bytes` });
    if (prefixBytes + Number(headerBytes) > fileBytes) throw truncated(prefixBytes + Number(headerBytes));
    const json = Buffer.alloc(Number(headerBytes));
    await readFully(handle, json, prefixBytes, path);
    return { path, fileBytes, ...parseHeader(json, path, fileBytes) };
  });
}

/**
 * The values of a float tensor (F32, F16 or BF16), row-major, as 32-bit floats, in an array of their own or `into` one.
 * With `refuseNotFinite`, NaN and infinities raise `weights-not-finite`. Other dtypes raise `weights-header-invalid`.
 */
export async function readTensor(
  tensor: WeightTensor,
  options: { readonly refuseNotFinite?: boolean; readonly into?: Float32Array } = {},
): Promise<Float32Array> {
  const { dtype, byteLength } = tensor;
  if (!isFloat(dtype)) throw wrongDtype(tensor, 'F32, F16 or BF16');
  const width = bytesOf(dtype);
  const values = options.into ?? new Float32Array(byteLength / width);
  for await (const { at, bytes } of pieces(tensor))
    decodeFloats(bytes, dtype, values.subarray(at / width, (at + bytes.byteLength) / width));
  if (options.refuseNotFinite === true && !values.every(Number.isFinite))
    throw new ModelError('weights-not-finite', { tensor: tensor.name, path: tensor.file });
  return values;
}

/** The values of an integer tensor (I64, I32, U8 or BOOL), row-major. Those beyond 2^53 lose precision. */
export async function readIntegers(tensor: WeightTensor): Promise<number[]> {
  const bytes = await readBytes(tensor);
  switch (tensor.dtype) {
    case 'I64':
      return Array.from(new BigInt64Array(alignedCopy(bytes, 8)), Number);
    case 'I32':
      return Array.from(new Int32Array(alignedCopy(bytes, 4)));
    case 'U8':
    case 'BOOL':
      return Array.from(bytes);
    default:
      throw wrongDtype(tensor, 'I64, I32, U8 or BOOL');
  }
}

/** The bytes of a tensor as they lie in the file. */
export async function readBytes(tensor: WeightTensor): Promise<Uint8Array> {
  const all = new Uint8Array(tensor.byteLength);
  for await (const { at, bytes } of pieces(tensor)) all.set(bytes, at);
  return all;
}

/** The bytes of a tensor piece by piece, with the position of each. The piece is overwritten by the next. */
export async function* pieces(
  tensor: WeightTensor,
): AsyncGenerator<{ readonly at: number; readonly bytes: Uint8Array }> {
  const handle = await openOrdinary(tensor.file).catch((cause: unknown) => {
    throw readError(tensor.file, cause);
  });
  try {
    const buffer = Buffer.alloc(Math.min(pieceBytes, tensor.byteLength));
    for (let at = 0; at < tensor.byteLength; at += buffer.byteLength) {
      const bytes = buffer.subarray(0, Math.min(buffer.byteLength, tensor.byteLength - at));
      await readFully(handle, bytes, tensor.offset + at, tensor.file);
      yield { at, bytes };
    }
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file as the Hugging Face library does: widest dtype first, then by name; the header padded with spaces
 * to 8 bytes, so that every tensor starts aligned. Raises `disk-full` or `file-unwritable`.
 * @param boundary a tensor that is to start on a multiple of so many bytes, for which the header is padded further
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorToWrite[],
  metadata: Readonly<Record<string, string>> = {},
  boundary?: { readonly tensor: string; readonly bytes: number },
): Promise<void> {
  const sorted = [...tensors].sort(
    (a, b) => dtypeOrder.indexOf(a.dtype) - dtypeOrder.indexOf(b.dtype) || (a.name < b.name ? -1 : 1),
  );
  let before = 0;
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const { name, dtype, shape, data } of sorted) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (typeof data !== 'function') checkSize({ name, dtype, shape }, data);
    if (Object.hasOwn(header, name)) throw new Error(`${name} is written twice`);
    if (name === boundary?.tensor) before = end;
    header[name] = { dtype, shape, data_offsets: [end, (end += elements * bytesOf(dtype))] };
  }
  await writeFileDurably(path, content(header, sorted, before, boundary?.bytes ?? 8));
}

function checkSize({ name, dtype, shape }: Omit<TensorToWrite, 'data'>, data: TensorData): void {
  const elements = shape.reduce((product, size) => product * size, 1);
  const given = data instanceof Float32Array ? data.length : data.byteLength / bytesOf(dtype);
  if (given !== elements)
    throw new Error(`${name} has ${given} elements, its shape [${shape.join(', ')}] asks for ${elements}`);
}

async function* content(
  header: Record<string, unknown>,
  tensors: readonly TensorToWrite[],
  before: number,
  boundary: number,
): AsyncGenerator<Uint8Array> {
  const json = Buffer.from(JSON.stringify(header));
  const unpadded = prefixBytes + json.byteLength + before;
  const padding = Buffer.alloc((boundary - (unpadded % boundary)) % boundary, ' ');
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeBigUInt64LE(BigInt(json.byteLength + padding.byteLength));
  yield Buffer.concat([prefix, json, padding]);
  for (const tensor of tensors) {
    const data = typeof tensor.data === 'function' ? await tensor.data() : tensor.data;
    checkSize(tensor, data);
    yield tensorBytes(tensor, data);
  }
}

function tensorBytes({ name, dtype }: TensorToWrite, data: TensorData): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (!isFloat(dtype)) throw new Error(`${name}: floats cannot be written as ${dtype}`);
  return encodeFloats(data, dtype);
}

/** A read gives at most 2 GiB and may give less than asked; a file that shrank meanwhile is truncated. */
async function readFully(handle: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  let done = 0;
  while (done < into.byteLength) {
    const { bytesRead } = await handle.read(into, done, into.byteLength - done, position + done);
    if (bytesRead === 0)
      throw new ModelError('weights-truncated', {
        path,
        actualBytes: position + done,
        expectedBytes: position + into.byteLength,
      });
    done += bytesRead;
  }
}

async function withFile<Result>(path: string, use: (handle: FileHandle) => Promise<Result>): Promise<Result> {
  try {
    const handle = await openOrdinary(path);
    try {
      return await use(handle);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw readError(path, cause);
  }
}

function wrongDtype(tensor: WeightTensor, supported: string): ModelError {
  return new ModelError('weights-header-invalid', {
    path: tensor.file,
    reason: `the tensor “${tensor.name}” is stored as ${tensor.dtype}, and only ${supported} can be read here`,
  });
}
