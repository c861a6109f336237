/** Adapters on disk: PEFT folders, written so that PEFT loads them unchanged and read so that nothing is guessed. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { sha256OfFile, writeFileDurably, writeFolderDurably } from '../weights/files.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../weights/safetensors.ts';
import type { TensorToWrite, WeightTensor } from '../weights/safetensors.ts';
import { configFile, readLoraConfig, writeLoraConfig } from './config.ts';
import type { LoraConfig } from './config.ts';
import { provenanceFile, readProvenance } from './provenance.ts';
import type { Provenance, StoredProvenance } from './provenance.ts';
import { alphaOf, isTarget, rankOf, scalingOf } from './target-modules.ts';

export const adapterFile = 'adapter_model.safetensors';
/** What older PEFT versions wrote: a Python pickle. */
const pickledFile = 'adapter_model.bin';

/** The matrices of one module. */
export interface AdapterMatrices {
  /** (rank, in), row-major */
  readonly A: Float32Array;
  /** (out, rank), row-major */
  readonly B: Float32Array;
  readonly rank: number;
  readonly inputSize: number;
  readonly outputSize: number;
  /** DoRA's magnitudes (out), null without DoRA. */
  readonly magnitude: Float32Array | null;
}

/** One module of an adapter that was read, with the numbers its configuration gives it. */
export interface AdapterModule extends AdapterMatrices {
  readonly alpha: number;
  /** The factor on x·Aᵀ·Bᵀ. */
  readonly scaling: number;
}

export interface Adapter {
  readonly directory: string;
  readonly config: LoraConfig;
  /** By the base's module name, e.g. `model.layers.0.self_attn.q_proj`. */
  readonly modules: ReadonlyMap<string, AdapterModule>;
  /** Null for adapters made elsewhere. */
  readonly provenance: StoredProvenance | null;
  /** SHA-256 (hex) of adapter_model.safetensors. */
  readonly sha256: string;
}

/** PEFT's names: https://huggingface.co/docs/peft/developer_guides/checkpoint */
const prefix = 'base_model.model.';
const parts = { A: 'lora_A.weight', B: 'lora_B.weight', magnitude: 'lora_magnitude_vector' } as const;
type Part = keyof typeof parts;

/**
 * Reads a PEFT folder. Raises `adapter-unreadable` for what cannot be used, `adapter-damaged` where a file has changed
 * since this project wrote it, and `weights-*` for a broken safetensors file.
 * @param moduleName the name that a module has now, for files that may hold an older one
 */
export async function readAdapter(
  directory: string,
  moduleName: (stored: string) => string = (stored) => stored,
): Promise<Adapter> {
  const config = await readLoraConfig(directory);
  const path = join(directory, adapterFile);
  if (!(await isFile(path))) {
    if (await isFile(join(directory, pickledFile)))
      throw refuse(directory, `${pickledFile} can run programs when it is opened; save it as ${adapterFile} in PEFT`);
    throw refuse(directory, `${adapterFile} is missing`);
  }
  const { tensors } = await openSafetensors(path);
  const sha256 = await sha256OfFile(path);
  const provenance = await readProvenance(directory);
  if (provenance !== null) {
    if (provenance.adapterSha256 !== sha256) throw new ModelError('adapter-damaged', { path });
    const config = join(directory, configFile);
    if (provenance.configSha256 !== (await sha256OfFile(config)))
      throw new ModelError('adapter-damaged', { path: config });
  }
  const modules = new Map<string, AdapterModule>();
  const values = oneArray([...tensors.values()]);
  for (const [module, found] of sortByModule(directory, tensors, moduleName)) {
    modules.set(module, await readModule(directory, config, module, found, values));
  }
  if (modules.size === 0) throw refuse(directory, `${adapterFile} holds no adapter`);
  return { directory, config, modules, provenance, sha256 };
}

/**
 * Writes a PEFT folder; it appears whole or not at all, and replaces an older one. Returns the SHA-256 and size of the
 * adapter file. Raises `disk-full` or `file-unwritable`.
 */
export async function writeAdapter(
  directory: string,
  adapter: {
    readonly config: LoraConfig;
    readonly modules: ReadonlyMap<string, AdapterMatrices>;
    readonly provenance: Provenance | null;
  },
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const tensors = [...adapter.modules].flatMap(([module, matrices]) => tensorsOf(module, matrices));
  const config = writeLoraConfig(adapter.config);
  let written = { sha256: '', bytes: 0 };
  await writeFolderDurably(directory, async (folder) => {
    const path = join(folder, adapterFile);
    // transformers refuses safetensors files that do not name the framework.
    await writeSafetensors(path, tensors, { format: 'pt' });
    await writeFileDurably(join(folder, configFile), config);
    written = { sha256: await sha256OfFile(path), bytes: (await stat(path)).size };
    if (adapter.provenance === null) return;
    const provenance: StoredProvenance = {
      format: 1,
      ...adapter.provenance,
      adapterSha256: written.sha256,
      configSha256: createHash('sha256').update(config).digest('hex'),
    };
    await writeFileDurably(join(folder, provenanceFile), `${JSON.stringify(provenance, null, 2)}\n`);
  });
  return written;
}

function tensorsOf(module: string, matrices: AdapterMatrices): TensorToWrite[] {
  const { A, B, magnitude, rank, inputSize, outputSize } = matrices;
  const tensor = (part: Part, shape: readonly number[], data: Float32Array): TensorToWrite => {
    return { name: `${prefix}${module}.${parts[part]}`, dtype: 'F32', shape, data };
  };
  const both = [tensor('A', [rank, inputSize], A), tensor('B', [outputSize, rank], B)];
  return magnitude === null ? both : [...both, tensor('magnitude', [outputSize], magnitude)];
}

type FoundParts = Partial<Record<Part, WeightTensor>>;

/** A tensor's name as PEFT writes it, or as its state dict had it: with the adapter's name, DoRA's also with `.weight`. */
const spellings: Readonly<Record<Part, RegExp>> = {
  A: /\.lora_A(\.default)?\.weight$/,
  B: /\.lora_B(\.default)?\.weight$/,
  magnitude: /\.lora_magnitude_vector(\.default)?(\.weight)?$/,
};

function sortByModule(
  directory: string,
  tensors: ReadonlyMap<string, WeightTensor>,
  moduleName: (stored: string) => string,
): Map<string, FoundParts> {
  const modules = new Map<string, FoundParts>();
  for (const [name, tensor] of tensors) {
    const part = (Object.keys(parts) as Part[]).find((part) => spellings[part].test(name));
    if (part === undefined || !name.startsWith(prefix))
      throw refuse(directory, `the tensor “${name}” is not supported`);
    const module = moduleName(name.slice(prefix.length).replace(spellings[part], ''));
    const found = modules.get(module);
    if (found?.[part]) throw refuse(directory, `${module} has ${parts[part]} twice`);
    modules.set(module, { ...found, [part]: tensor });
  }
  return modules;
}

/**
 * Reads tensors into one array for all: hundreds of small ones would leave hundreds of holes in the process's memory, once
 * they are no longer needed.
 */
function oneArray(tensors: readonly WeightTensor[]): (tensor: WeightTensor) => Promise<Float32Array> {
  const sizeOf = ({ shape }: WeightTensor): number => shape.reduce((product, size) => product * size, 1);
  const all = new Float32Array(tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0));
  let end = 0;
  return (tensor) => readTensor(tensor, { refuseNotFinite: true, into: all.subarray(end, (end += sizeOf(tensor))) });
}

async function readModule(
  directory: string,
  config: LoraConfig,
  module: string,
  found: FoundParts,
  values: (tensor: WeightTensor) => Promise<Float32Array>,
): Promise<AdapterModule> {
  const { A, B, magnitude } = found;
  const complain = (reason: string) => refuse(directory, `${module} ${reason}`);
  if (!isTarget(config, module)) throw complain('is not among target_modules');
  if (A === undefined || B === undefined) throw complain('lacks one of its two matrices');
  if ((magnitude !== undefined) !== config.use_dora) throw complain('and use_dora disagree');
  const rank = rankOf(config, module);
  const [inputSize = 0, outputSize = 0] = [A.shape[1], B.shape[0]];
  const expected: [WeightTensor, number[]][] = [
    [A, [rank, inputSize]],
    [B, [outputSize, rank]],
  ];
  if (magnitude !== undefined) expected.push([magnitude, [outputSize]]);
  for (const [tensor, shape] of expected)
    if (tensor.shape.join() !== shape.join() || shape.includes(0))
      throw complain(`has the shape [${tensor.shape.join(', ')}], which does not fit its rank ${rank}`);
  return {
    A: await values(A),
    B: await values(B),
    magnitude: magnitude === undefined ? null : await values(magnitude),
    rank,
    inputSize,
    outputSize,
    alpha: alphaOf(config, module),
    scaling: scalingOf(config, module),
  };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() === true;
}

function refuse(directory: string, reason: string): ModelError {
  return new ModelError('adapter-unreadable', { path: directory, reason });
}
