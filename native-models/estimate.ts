/** What a model will need on this machine, told before anything is loaded. */

import type { Decoder } from './architectures/index.ts';
import { openModelFolder } from './architectures/model-folder.ts';
import type { EstimateJob, ModelEstimate } from './jobs.ts';
import { loraConfig } from './lora/config.ts';
import { adapterShape } from './lora/shape.ts';
import { availableMemory, totalMemory } from './runtime/available-memory.ts';
import { productSpeed } from './runtime/speed.ts';
import { fitRows, memoryBudget } from './train/fit.ts';
import { loraTrainGraph } from './train/graph.ts';
import { graphByWay } from './train/methods.ts';

/** Operations that a frozen weight takes for each token: a multiplication and an addition forwards, and the same backwards. */
const operationsPerWeight = 4;
const floatBytes = 4;
/** Node itself, the runtime and the graph. */
const processBytes = 150e6;

/** Memory from the training graph, time from the speed of matrix products that is measured here. Raises what opening the folder raises. */
export async function estimateModel(job: EstimateJob): Promise<ModelEstimate> {
  const { settings, examples, exampleTokens, device } = job;
  const model = await openModelFolder(job.directory);
  const { decoder, parameters } = model;
  const trained = decoder.linearModules.reduce(
    (sum, { inputSize, outputSize }) => sum + settings.rank * (inputSize + outputSize),
    0,
  );
  const rowTokens = Math.min(settings.maxTokens, decoder.contextLength);
  // About half of an example is its answer, and only answers are trained.
  const step = { count: settings.batchSize, longest: rowTokens, trainedPerRow: rowTokens / 2 };
  const { rank: r, alpha: lora_alpha, targetModules: target_modules } = settings;
  const shape = adapterShape(decoder, loraConfig({ r, lora_alpha, target_modules }));
  const trainGraph = graphByWay((recompute) => loraTrainGraph(model, shape, { positions: rowTokens, recompute }));
  const { peakBytes } = fitRows({ trainGraph, trainedCount: trained }, step, memoryBudget({ memoryLimitBytes: null }));
  const tokens = examples * exampleTokens * settings.epochs;
  return {
    trainingBytes: peakBytes,
    answeringBytes: answeringBytes(decoder, parameters, rowTokens),
    freeBytes: availableMemory(),
    totalBytes: totalMemory(),
    trainingSeconds: (operationsPerWeight * parameters * tokens) / (await productSpeed(device)),
  };
}

/** Weights in float32, packed once; keys and values of a conversation; logits of one token. */
function answeringBytes(decoder: Decoder, parameters: number, tokens: number): number {
  const keyValues = 2 * decoder.layers * decoder.keyValueHeads * decoder.headDim * tokens;
  return processBytes + floatBytes * (parameters + keyValues + decoder.vocabularySize);
}
