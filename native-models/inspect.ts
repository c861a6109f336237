/** What a model folder is, and how its tokenizer sees examples. */

import type { ExampleMeasure, ExamplePair, ModelSummary } from './jobs.ts';
import { openChatModel } from './text/chat-model.ts';
import { measureExample } from './train/examples.ts';
import { fingerprint } from './weights/fingerprint.ts';

/** Opens and checks a whole folder, tokenizer and chat template included. Raises what its parts raise. */
export async function inspectModel(directory: string): Promise<ModelSummary> {
  const { name, decoder, weights, parameters } = await openChatModel(directory);
  const dtypes = new Set([...decoder.weightShapes.keys()].map((tensor) => weights.tensors.get(tensor)!.dtype));
  return {
    directory,
    name,
    architecture: decoder.architecture,
    parameters,
    weightBytes: weights.byteLength,
    dtype: [...dtypes].sort().join(', '),
    contextLength: decoder.contextLength,
    vocabularySize: decoder.vocabularySize,
    layers: decoder.layers,
    fingerprint: await fingerprint(weights),
  };
}

/** Tokens of each example, and whether it fits. */
export async function measureExamples(
  directory: string,
  examples: readonly ExamplePair[],
  maxTokens: number,
): Promise<readonly ExampleMeasure[]> {
  const { chat, decoder } = await openChatModel(directory);
  const limit = Math.min(maxTokens, decoder.contextLength);
  return examples.map((example) => measureExample(chat, example, limit));
}
