/** The header of a safetensors file: parsed, and checked so strictly that no later read can go astray. */

import { ModelError } from '../errors.ts';
import { bytesOf, isDtype } from './dtypes.ts';
import type { Dtype } from './dtypes.ts';
import { duplicateKey } from './json.ts';
import { passedLimit } from './json-limits.ts';

/** Where one tensor lies and what it is. */
export interface WeightTensor {
  readonly name: string;
  readonly dtype: Dtype;
  /** Row-major; `[]` is a single number. */
  readonly shape: readonly number[];
  /** Path of the file that holds it. */
  readonly file: string;
  /** First byte, counted from the start of the file. */
  readonly offset: number;
  readonly byteLength: number;
}

export interface SafetensorsHeader {
  /** Free texts of the file, e.g. `format: pt`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, WeightTensor>;
}

/** Largest header the format allows: https://github.com/huggingface/safetensors#format */
export const largestHeaderBytes = 100_000_000;

/** Far more tensors than any one file of a model has; entries lie two deep, with lists in them. */
const headerLimits = { depth: 8, objects: 100_000 };

/** More than any tensor of a model has. */
const mostDimensions = 8;

/** The 8 bytes before the header: its length as an unsigned little-endian integer. */
export const prefixBytes = 8;

/**
 * Reads the JSON of a header and checks that the tensors fill the rest of the file exactly: no gap, no overlap, no
 * name twice, every size equal to dtype × shape.
 * Raises `weights-header-invalid`, or `weights-truncated` where the file ends before the last tensor does.
 */
export function parseHeader(json: Uint8Array, file: string, fileBytes: number): SafetensorsHeader {
  const invalid = (reason: string, cause?: unknown) =>
    new ModelError('weights-header-invalid', { path: file, reason }, { cause });
  const dataStart = prefixBytes + json.byteLength;
  let header: unknown;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
    if (!text.startsWith('{')) throw invalid('it does not begin with {');
    const passed = passedLimit(text, headerLimits);
    if (passed === 'objects') throw invalid(`it names more than ${headerLimits.objects} tensors`);
    if (passed === 'depth') throw invalid('its entries are nested');
    header = JSON.parse(text);
    const twice = duplicateKey(text);
    if (twice !== null) throw invalid(`“${twice}” is named twice`);
  } catch (cause) {
    throw cause instanceof ModelError ? cause : invalid((cause as Error).message, cause);
  }

  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  if (!isRecord(metadata) || Object.values(metadata).some((text) => typeof text !== 'string'))
    throw invalid('__metadata__ is not a list of texts');

  const tensors = Object.entries(entries).map(([name, entry]) => {
    const checked = checkEntry(entry);
    if (typeof checked === 'string') throw invalid(`the tensor “${name}” ${checked}`);
    return { name, file, ...checked, offset: dataStart + checked.offset };
  });
  tensors.sort((a, b) => a.offset - b.offset || a.byteLength - b.byteLength);
  let end = dataStart;
  for (const tensor of tensors) {
    if (tensor.offset !== end)
      throw invalid(`the tensor “${tensor.name}” begins at byte ${tensor.offset}, but ${end} was expected`);
    end += tensor.byteLength;
  }
  if (end > fileBytes)
    throw new ModelError('weights-truncated', { path: file, actualBytes: fileBytes, expectedBytes: end });
  if (end < fileBytes) throw invalid(`${fileBytes - end} bytes at the end belong to no tensor`);
  return {
    metadata: metadata as Record<string, string>,
    tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  };
}

/** What one entry says, with the offset counted from the data's start; or what is wrong with it. */
function checkEntry(entry: unknown): Pick<WeightTensor, 'dtype' | 'shape' | 'offset' | 'byteLength'> | string {
  if (!isRecord(entry)) return 'is not described by an object';
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  const unknownField = Object.keys(others)[0];
  if (unknownField !== undefined) return `has the unknown field ${unknownField}`;
  if (!isDtype(dtype)) return `has the unknown dtype ${JSON.stringify(dtype)?.slice(0, 40)}`;
  if (!isCounts(shape)) return 'has a shape that is not a list of sizes';
  if (shape.length > mostDimensions) return `has ${shape.length} dimensions`;
  if (!isCounts(offsets) || offsets.length !== 2) return 'has data_offsets that are not two positions';
  const [begin, end] = offsets as [number, number];
  if (end < begin) return 'ends before it begins';
  const expected = shape.reduce((product, size) => product * size, bytesOf(dtype));
  if (!Number.isSafeInteger(expected)) return 'is larger than any file';
  if (end - begin !== expected)
    return `occupies ${end - begin} bytes, but ${dtype} [${shape.join(', ')}] needs ${expected}`;
  return { dtype, shape, offset: begin, byteLength: end - begin };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
