/** What is trained: a LoRA adapter on the frozen base, or every weight. The loop does not care which. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Graph } from '../graph/graph.ts';
import type { Recompute, StepWay, TrainJob, TrainSettings } from '../jobs.ts';
import { rowNorms } from '../lora/adapted-weight.ts';
import { adapterShape, type AdapterShape } from '../lora/shape.ts';
import type { ModuleGroup } from '../lora/stack.ts';
import { adapterModules, continuedAdapter, newAdapter } from '../lora/training.ts';
import type { ChatModel } from '../models/chat-model.ts';
import { identityOf } from '../models/identity.ts';
import { loraConfig, type LoraConfig } from '../peft/config.ts';
import { writeAdapter } from '../peft/format.ts';
import { openAdapter } from '../peft/open.ts';
import { requireSameAdapter } from '../peft/same.ts';
import { allLinear } from '../peft/target-modules.ts';
import { type BaseWeights, trainingWeights } from '../quantize/base-weights.ts';
import type { QuantizeOptions } from '../quantize/cache.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { settingInvalid } from '../setting-invalid.ts';
import { engineVersion } from '../version.ts';
import { openWeights } from '../weights/checkpoint-folder.ts';
import { copyModelFiles, sha256OfFile, writeFolderDurably } from '../weights/files.ts';
import { readTensor } from '../weights/safetensors.ts';
import { writeWeights } from '../weights/shards.ts';
import { createParameter, type Parameter } from './adamw.ts';
import { dropoutFeeds } from './dropout.ts';
import { wideRowTokens } from './examples.ts';
import { fullLossGraph, fullTrainGraph, loraLossGraph, loraTrainGraph } from './graph.ts';
import type { LoopSetup } from './loop.ts';

export interface TrainMethod {
  readonly parameters: readonly Parameter[];
  /** Number of trained values. */
  readonly trainedCount: number;
  /** Folder of the files that the graphs' frozen weights lie in. */
  readonly externalFolder: string;
  /** The graph of a step; the same one where it is asked for again. */
  readonly trainGraph: (way: Pick<StepWay, 'recompute'>) => Graph;
  readonly lossGraph: () => Graph;
  readonly extraFeeds: NonNullable<LoopSetup['extraFeeds']>;
  /** Writes the result durably and reads it back. Raises `adapter-differs` where that is not what was trained. */
  readonly write: (directory: string, datasetHash: string) => Promise<WrittenResult>;
}

export interface WrittenResult {
  /** SHA-256 and size of the weights file, or of all shards together. */
  readonly sha256: string;
  readonly bytes: number;
  /** Tensors read back that equal the trained ones bit for bit; null where that is not compared. */
  readonly readBackTensors: number | null;
}

/** What a method takes of a job. */
export type MethodJob = Pick<
  TrainJob,
  'settings' | 'initialAdapterDirectory' | 'cacheDirectory' | 'device' | 'maxShardBytes'
>;

/**
 * The method that a job asks for.
 * @param positions the longest text in tokens
 * @param hooks of making the base's matrices in 8 or 4 bits where they are not cached yet
 * Raises `setting-invalid` where the base cannot be kept in the precision asked for.
 */
export const openMethod = (
  model: ChatModel,
  job: MethodJob,
  positions: number,
  hooks: QuantizeHooks = {},
): Promise<TrainMethod> =>
  job.settings.method === 'full' ? fullMethod(model, job, positions) : loraMethod(model, job, positions, hooks);

type QuantizeHooks = Omit<QuantizeOptions, 'cacheDirectory'>;

/** The base of a job's training graphs. */
async function frozenBase(model: ChatModel, job: MethodJob, hooks: QuantizeHooks): Promise<BaseWeights> {
  const { basePrecision: precision = 'f32' } = job.settings;
  if (precision !== 'f32' && !capabilitiesOf(job.device).trainsOnBlocks)
    throw settingInvalid('basePrecision', precision, { rule: 'exact-here' });
  return trainingWeights(model, { precision, cacheDirectory: job.cacheDirectory }, hooks);
}

/** LoRA on the chosen linear layers, from scratch or on from another adapter. `positions` is the longest text in tokens. */
async function loraMethod(
  model: ChatModel,
  job: MethodJob,
  positions: number,
  hooks: QuantizeHooks,
): Promise<TrainMethod> {
  const { settings, initialAdapterDirectory } = job;
  const base = await identityOf(model.weights);
  const initial = initialAdapterDirectory === undefined ? null : await openAdapter(model, initialAdapterDirectory);
  // Dropout belongs to the training, not to the adapter.
  const config = initial ? { ...initial.config, lora_dropout: settings.dropout } : configOf(model, settings);
  const shape = adapterShape(model.decoder, config);
  const magnitudes = initial || !shape.dora ? new Map<string, Float32Array>() : await magnitudesOf(model, shape);
  const tensors = initial
    ? continuedAdapter(shape, initial)
    : newAdapter(shape, settings.seed, (module) => magnitudes.get(module)!);
  const parameters = tensors.map(({ name, shape, values }) => createParameter(name, shape, values));
  const weights = await frozenBase(model, job, hooks);
  const options = { positions: rowPositions(positions), base: weights, device: job.device };
  return {
    parameters,
    trainedCount: countOf(parameters),
    externalFolder: weights.externalFolder,
    trainGraph: graphByWay((recompute) => loraTrainGraph(model, shape, { ...options, recompute })),
    lossGraph: () => loraLossGraph(model, shape, options),
    extraFeeds: (tokens, step, microBatch) =>
      dropoutFeeds(shape.groups, shape.dropout, tokens, [settings.seed, step, microBatch]),
    write: async (directory, datasetHash) => {
      const modules = adapterModules(shape, parameters);
      const written = await writeAdapter(directory, {
        config,
        modules,
        provenance: {
          baseFingerprint: base.fingerprint,
          baseParts: base.parts,
          baseName: model.name,
          datasetHash,
          settings,
          seed: settings.seed,
          engineVersion,
          stopTokenIds: model.chat.stopTokenIds,
        },
      });
      return { ...written, readBackTensors: await requireSameAdapter(directory, { config, modules }) };
    },
  };
}

/** Builds each graph once, when it is first asked for: a large model's takes a while. */
export function graphByWay(build: (recompute: boolean) => Graph): TrainMethod['trainGraph'] {
  const known = new Map<Recompute, Graph>();
  return ({ recompute }) => {
    const graph = known.get(recompute) ?? build(recompute === 'layers');
    known.set(recompute, graph);
    return graph;
  };
}

/** The settings as PEFT writes them. Its readers want the modules' names, not the shorthand `all-linear`. */
function configOf(model: ChatModel, settings: TrainSettings): LoraConfig {
  const config = loraConfig({
    base_model_name_or_path: model.name,
    r: settings.rank,
    lora_alpha: settings.alpha,
    lora_dropout: settings.dropout,
    target_modules: settings.targetModules,
    exclude_modules: model.decoder.unservedModules,
    fan_in_fan_out: model.decoder.fanInFanOut,
    use_rslora: settings.method === 'rslora',
    use_dora: settings.method === 'dora',
  });
  const { groups } = adapterShape(model.decoder, config);
  if (config.target_modules !== allLinear) return config;
  const last = ({ type }: ModuleGroup): string => type.slice(type.lastIndexOf('.') + 1);
  return { ...config, target_modules: [...new Set(groups.map(last))] };
}

/** DoRA starts at the length of each of a weight's output rows. */
async function magnitudesOf(model: ChatModel, shape: AdapterShape): Promise<ReadonlyMap<string, Float32Array>> {
  const norms = new Map<string, Float32Array>();
  for (const { name, inputSize, outputSize } of shape.groups.flatMap(({ modules }) => modules)) {
    const weight = await readTensor(model.weights.tensors.get(`${name}.weight`)!);
    norms.set(name, rowNorms(weight, { inputSize, outputSize, storedInOut: model.decoder.fanInFanOut }));
  }
  return norms;
}

/** Full fine-tuning: the yardstick. The result is a whole Hugging Face folder in float32. */
async function fullMethod(
  model: ChatModel,
  { settings, maxShardBytes }: MethodJob,
  positions: number,
): Promise<TrainMethod> {
  const { basePrecision = 'f32' } = settings;
  if (basePrecision !== 'f32') throw settingInvalid('basePrecision', basePrecision, { rule: 'exact-for-full' });
  const parameters: Parameter[] = [];
  for (const [name, shape] of model.decoder.weightShapes) {
    const values = await readTensor(model.weights.tensors.get(name)!, { refuseNotFinite: true });
    // Norms and biases are vectors; decay would only pull them towards zero.
    parameters.push(createParameter(name, shape, values, shape.length > 1));
  }
  return {
    parameters,
    trainedCount: countOf(parameters),
    externalFolder: model.directory,
    trainGraph: graphByWay((recompute) =>
      fullTrainGraph(model.decoder, { positions: rowPositions(positions), recompute }),
    ),
    lossGraph: () => fullLossGraph(model.decoder, { positions: rowPositions(positions) }),
    extraFeeds: () => ({}),
    write: async (directory) => {
      let written: WrittenResult = { sha256: '', bytes: 0, readBackTensors: null };
      await writeFolderDurably(directory, async (folder) => {
        await copyModelFiles(model.directory, folder);
        const tensors = parameters.map(({ name, shape, values }) => ({
          name,
          shape,
          data: values,
          dtype: 'F32' as const,
        }));
        await writeWeights(folder, tensors, maxShardBytes);
        written = { ...written, ...(await sizeOf((await openWeights(folder)).files)) };
      });
      return written;
    },
  };
}

/** SHA-256 of the one file, or over those of all shards in order; and the bytes of all. */
async function sizeOf(files: readonly string[]): Promise<Pick<WrittenResult, 'sha256' | 'bytes'>> {
  const hashes = await Promise.all(files.map(sha256OfFile));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const [only, ...others] = hashes;
  const sha256 = others.length === 0 ? only! : createHash('sha256').update(hashes.join('\n')).digest('hex');
  return { sha256, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

function countOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { values }) => sum + values.length, 0);
}

/** Positions restart with every packed text, but onnxruntime refuses rows longer than its rotary tables, and short texts fill rows up to this. */
function rowPositions(longest: number): number {
  return Math.max(longest, wideRowTokens);
}
