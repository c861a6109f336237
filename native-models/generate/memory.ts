/** How much memory answering will need, from its graph, before the model is loaded. */

import { largestWeightBytes, type ModelFolder } from '../models/model-folder.ts';
import { initializerBytes, peakLiveBytes } from '../graph/liveness.ts';
import type { AnsweringUse, Device, Precision } from '../jobs.ts';
import { arenaBytes, floatBytes, nodeBytes, sessionBytes } from '../memory/session.ts';
import { answeringWeights, type BaseWeights } from '../quantize/base-weights.ts';
import { pieceTokensFor } from './decode.ts';
import { generateGraph, servingFor } from './graph.ts';
import { roomFor } from './text-cache.ts';

/** What V8 lets lie before it collects: logits of earlier tokens, and weights that were just put into blocks. */
const uncollectedBytes = 20e6;

/**
 * Peak of the whole process in bytes while base and adapter answer one question side by side. A base in blocks counts
 * as not yet cached: the blocks are made before the first answer, which may need more than the answer itself.
 * @param baseBytes what the process holds before
 */
export async function peakOfAnswering(
  model: ModelFolder,
  { device, precision }: { readonly device: Device; readonly precision: Precision },
  { rank, promptTokens, answerTokens }: AnsweringUse,
  baseBytes: number,
): Promise<number> {
  const { decoder } = model;
  const adapters = rank === 0 ? 'base' : 'lora';
  const rows = rank === 0 ? 1 : 2;
  const base = await plannedWeights(model, precision);
  const { attention, joined } = servingFor(decoder, device);
  // A cache that is written in place is counted below, like one that is only read.
  const form = { attention: attention === 'in-place' ? 'fused' : attention, joined } as const;
  const { graph, groups } = generateGraph(model, base, { adapters, ...form });
  const past = roomFor(promptTokens);
  const ranks = Object.fromEntries(groups.map(({ type, sets }) => [`rank_${type}`, rank * sets[0]!.length]));
  const live = peakLiveBytes(graph);
  const run = (batch: number, tokens: number): number =>
    live({ batch, tokens, logits: batch, past, keys: past + tokens, ...ranks });
  // Each prompt is read by itself, then both are answered a token at a time.
  const activations = Math.max(run(1, Math.min(promptTokens, pieceTokensFor(precision))), run(rows, 1));
  const session = sessionBytes + nodeBytes * graph.nodes.length + initializerBytes(graph, false);
  const tokenBytes = 2 * decoder.layers * rows * decoder.keyValueHeads * decoder.headDim * floatBytes;
  // What was said before is remembered; while room is added, the smaller cache is still there.
  const caches = 2 * tokenBytes * roomFor(promptTokens + answerTokens);
  const width = decoder.linearModules.reduce((sum, { inputSize, outputSize }) => sum + inputSize + outputSize, 0);
  // As read from its file, and as laid out for the graph.
  const adapter = 2 * floatBytes * rank * width;
  const answering = session + arenaBytes(activations) + caches + adapter;
  return baseBytes + uncollectedBytes + Math.max(answering, precision === 'f32' ? 0 : makingBytes(model));
}

/** Weights to plan with: their sizes alone count, and nothing is made. */
export const plannedWeights = (model: ModelFolder, precision: Precision): Promise<BaseWeights> =>
  answeringWeights(model, { precision, cacheDirectory: '' }, { planned: true });

/** The largest weight in float32, and beside it its blocks of 8 bits: as made, as mapped from their file, and packed. */
function makingBytes({ decoder }: ModelFolder): number {
  return (1 + 3 / floatBytes) * largestWeightBytes(decoder);
}
