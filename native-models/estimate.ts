/** What a model will need on this machine, told before anything is loaded. */

import { freemem, totalmem } from 'node:os';
import type { Decoder } from './architectures/index.ts';
import { openModelFolder } from './architectures/model-folder.ts';
import type { EstimateJob, ModelEstimate } from './jobs.ts';
import { productSpeed } from './runtime/speed.ts';
import { microBatchRows, peakBytes } from './train/memory.ts';

/** Operations that a frozen weight takes for each token: a multiplication and an addition forwards, and the same backwards. */
const operationsPerWeight = 4;
/** As training itself chooses its portions. */
const usableShare = 0.8;
const floatBytes = 4;
/** Node itself, the runtime and the graph. */
const processBytes = 150e6;

/** Memory from the shapes, time from the speed of matrix products that is measured here. Raises what opening the folder raises. */
export async function estimateModel(job: EstimateJob): Promise<ModelEstimate> {
  const { settings, examples, exampleTokens, device } = job;
  const { decoder, parameters } = await openModelFolder(job.directory);
  const trained = decoder.linearModules.reduce(
    (sum, { inputSize, outputSize }) => sum + settings.rank * (inputSize + outputSize),
    0,
  );
  const freeBytes = freemem();
  const rowTokens = Math.min(settings.maxTokens, decoder.contextLength);
  // About half of an example is its answer, and only answers are trained.
  const trainedTokensPerRow = rowTokens / 2;
  const step = { rows: settings.batchSize, rowTokens, trainedTokensPerRow };
  const rows = microBatchRows(decoder, parameters, trained, freeBytes * usableShare, step);
  const tokens = examples * exampleTokens * settings.epochs;
  return {
    trainingBytes: peakBytes(decoder, parameters, trained, {
      tokens: rows * rowTokens,
      rowTokens,
      trainedTokens: rows * trainedTokensPerRow,
    }),
    answeringBytes: answeringBytes(decoder, parameters, rowTokens),
    freeBytes,
    totalBytes: totalmem(),
    trainingSeconds: (operationsPerWeight * parameters * tokens) / (await productSpeed(device)),
  };
}

/** Weights in float32, packed once; keys and values of a conversation; logits of one token. */
function answeringBytes(decoder: Decoder, parameters: number, tokens: number): number {
  const keyValues = 2 * decoder.layers * decoder.keyValueHeads * decoder.headDim * tokens;
  return processBytes + floatBytes * (parameters + keyValues + decoder.vocabularySize);
}
