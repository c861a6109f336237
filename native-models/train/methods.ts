/** What is trained: a LoRA adapter on the frozen base, or every weight. The loop does not care which. */

import { cp, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainSettings } from '../jobs.ts';
import type { Graph } from '../graph/graph.ts';
import { loraConfig } from '../lora/config.ts';
import { writeAdapter } from '../lora/format.ts';
import { groupModules } from '../lora/stack.ts';
import { scalingOf, selectTargets } from '../lora/target-modules.ts';
import { adapterModules, createAdapterParameters } from '../lora/training.ts';
import type { ChatModel } from '../text/chat-model.ts';
import { engineVersion } from '../version.ts';
import { sha256OfFile, writeFolderDurably } from '../weights/files.ts';
import { fingerprint } from '../weights/fingerprint.ts';
import { readTensor, writeSafetensors } from '../weights/safetensors.ts';
import { createParameter, type Parameter } from './adamw.ts';
import { dropoutFeeds } from './dropout.ts';
import { fullLossGraph, fullTrainGraph, loraLossGraph, loraTrainGraph } from './graph.ts';
import type { LoopSetup } from './loop.ts';

export interface TrainMethod {
  readonly parameters: readonly Parameter[];
  /** Number of trained values. */
  readonly trainedCount: number;
  readonly trainGraph: Graph;
  readonly lossGraph: () => Graph;
  readonly extraFeeds: NonNullable<LoopSetup['extraFeeds']>;
  /** Writes the result durably; the size and SHA-256 are of its weights file. */
  readonly write: (
    directory: string,
    datasetHash: string,
  ) => Promise<{ readonly sha256: string; readonly bytes: number }>;
}

/** LoRA on the chosen linear layers. `positions` is the longest row. */
export async function loraMethod(model: ChatModel, settings: TrainSettings, positions: number): Promise<TrainMethod> {
  const { rank, alpha, dropout, seed } = settings;
  const config = loraConfig({
    base_model_name_or_path: model.name,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: dropout,
    target_modules: settings.targetModules,
    fan_in_fan_out: model.decoder.fanInFanOut,
  });
  const targets = new Set(
    selectTargets(
      config,
      model.decoder.linearModules.map(({ name }) => name),
    ),
  );
  const modules = model.decoder.linearModules.filter(({ name }) => targets.has(name));
  const groups = groupModules(modules);
  const shape = { groups, rank, scaling: scalingOf(config, modules[0]!.name), dropout };
  const parameters = createAdapterParameters(groups, rank, seed);
  return {
    parameters,
    trainedCount: countOf(parameters),
    trainGraph: loraTrainGraph(model, shape, rowPositions(positions)),
    lossGraph: () => loraLossGraph(model, shape, rowPositions(positions)),
    extraFeeds: (tokens, step, microBatch) => dropoutFeeds(groups, dropout, tokens, [seed, step, microBatch]),
    write: async (directory, datasetHash) =>
      writeAdapter(directory, {
        // PEFT's readers want the modules' names, not the shorthand.
        config: {
          ...config,
          target_modules: [...new Set(groups.map(({ type }) => type.slice(type.lastIndexOf('.') + 1)))],
        },
        modules: adapterModules(groups, rank, parameters),
        provenance: {
          baseFingerprint: await fingerprint(model.weights),
          baseName: model.name,
          datasetHash,
          settings,
          seed,
          engineVersion,
          stopTokenIds: model.chat.stopTokenIds,
        },
      }),
  };
}

/** Full fine-tuning: the yardstick. The result is a whole Hugging Face folder in float32. */
export async function fullMethod(model: ChatModel, _: TrainSettings, positions: number): Promise<TrainMethod> {
  const parameters: Parameter[] = [];
  for (const [name, shape] of model.decoder.weightShapes) {
    const values = await readTensor(model.weights.tensors.get(name)!, { refuseNotFinite: true });
    // Norms and biases are vectors; decay would only pull them towards zero.
    parameters.push(createParameter(name, shape, values, shape.length > 1));
  }
  return {
    parameters,
    trainedCount: countOf(parameters),
    trainGraph: fullTrainGraph(model.decoder, rowPositions(positions)),
    lossGraph: () => fullLossGraph(model.decoder, rowPositions(positions)),
    extraFeeds: () => ({}),
    write: async (directory) => {
      let written = { sha256: '', bytes: 0 };
      await writeFolderDurably(directory, async (folder) => {
        for (const name of await readdir(model.directory)) {
          if (/\.(json|jinja)$/.test(name) && !name.includes('safetensors'))
            await cp(join(model.directory, name), join(folder, name));
        }
        const path = join(folder, 'model.safetensors');
        const tensors = parameters.map(({ name, shape, values }) => ({
          name,
          shape,
          data: values,
          dtype: 'F32' as const,
        }));
        await writeSafetensors(path, tensors, { format: 'pt' });
        written = { sha256: await sha256OfFile(path), bytes: (await stat(path)).size };
      });
      return written;
    },
  };
}

function countOf(parameters: readonly Parameter[]): number {
  return parameters.reduce((sum, { values }) => sum + values.length, 0);
}

/** Positions restart with every packed sequence, so the tables need no more than the longest one. */
function rowPositions(longest: number): number {
  return Math.max(longest, 160);
}
