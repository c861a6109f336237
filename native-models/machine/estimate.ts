/** What a model will need on this machine, told before anything is loaded. */

import { peakOfAnswering } from '../generate/memory.ts';
import type { AnsweringUse, Device, ModelEstimate, Precision, TrainSettings } from '../jobs.ts';
import { adapterShape } from '../lora/shape.ts';
import { availableMemory, totalMemory } from '../memory/available.ts';
import { largestWeightBytes, openModelFolder } from '../models/model-folder.ts';
import { loraConfig } from '../peft/config.ts';
import { wideRowTokens } from '../train/examples.ts';
import { fitRows, memoryBudget } from '../train/fit.ts';
import { loraTrainGraph } from '../train/graph.ts';
import { graphByWay } from '../train/methods.ts';
import { matrixSpeed } from './speed.ts';

/** A training as it is usually done first, with a model that has not been loaded yet. */
export interface EstimateJob {
  readonly directory: string;
  readonly settings: TrainSettings;
  readonly device: Device;
  readonly examples: number;
  /** Tokens of one example on average, question and answer. */
  readonly exampleTokens: number;
  /** Tokens of the longest example; null: as long as the settings allow. */
  readonly longestTokens: number | null;
}

export interface AnsweringEstimateJob extends AnsweringUse {
  readonly directory: string;
  readonly device: Device;
  readonly precision: Precision;
}

export interface AnsweringEstimate {
  /** Of the whole process, predicted from the graph. */
  readonly peakBytes: number;
  /** What the process may hold. */
  readonly availableBytes: number;
}

/** Operations that a frozen weight takes for each token: a multiplication and an addition forwards, and the same backwards. */
const operationsPerWeight = 4;
/** A question and the longest answer that the app asks for. */
const usualAnswer = { promptTokens: 256, answerTokens: 256 };

/** Memory from the graphs, time from the speed of matrix products that is measured here. Raises what opening the folder raises. */
export async function estimateModel(job: EstimateJob): Promise<ModelEstimate> {
  const { settings, examples, exampleTokens, longestTokens, device } = job;
  const model = await openModelFolder(job.directory);
  const { decoder, parameters } = model;
  const trained = decoder.linearModules.reduce(
    (sum, { inputSize, outputSize }) => sum + settings.rank * (inputSize + outputSize),
    0,
  );
  const limit = Math.min(settings.maxTokens, decoder.contextLength);
  // Short examples share rows, which then grow to this length.
  const rowTokens = Math.min(limit, Math.max(longestTokens ?? limit, wideRowTokens));
  const rows =
    longestTokens === null ? settings.batchSize : Math.ceil((settings.batchSize * exampleTokens) / rowTokens);
  // About half of an example is its answer, and only answers are trained.
  const step = { count: rows, longest: rowTokens, trainedPerRow: rowTokens / 2 };
  const { rank: r, alpha: lora_alpha, targetModules: target_modules } = settings;
  const shape = adapterShape(decoder, loraConfig({ r, lora_alpha, target_modules }));
  const trainGraph = graphByWay((recompute) =>
    loraTrainGraph(model, shape, { positions: rowTokens, recompute, device }),
  );
  const { peakBytes } = fitRows({ trainGraph, trainedCount: trained }, step, memoryBudget({ memoryLimitBytes: null }));
  const tokens = examples * exampleTokens * settings.epochs;
  const allPasses = (operationsPerWeight * parameters * tokens) / (1e9 * (await matrixSpeed(device)));
  const use = { rank: r, ...usualAnswer };
  const answering = (precision: Precision): Promise<number> =>
    peakOfAnswering(model, { device, precision }, use, process.memoryUsage.rss());
  return {
    trainingBytes: peakBytes,
    answeringBytes: { f32: await answering('f32'), int8: await answering('int8'), int4: await answering('int4') },
    freeBytes: availableMemory(),
    totalBytes: totalMemory(),
    trainingSeconds: Math.min(allPasses, settings.untilKnown?.seconds ?? Infinity),
  };
}

/** Memory of one way to answer. Raises what opening the folder raises. */
export async function estimateAnswering(job: AnsweringEstimateJob): Promise<AnsweringEstimate> {
  const model = await openModelFolder(job.directory);
  return {
    peakBytes: await peakOfAnswering(model, job, job, process.memoryUsage.rss()),
    availableBytes: memoryBudget({ memoryLimitBytes: null }),
  };
}

/** Bytes that a device must take in one piece for this model. Raises what opening the folder raises. */
export async function largestTensor({ directory }: { readonly directory: string }): Promise<number> {
  return largestWeightBytes((await openModelFolder(directory)).decoder);
}
