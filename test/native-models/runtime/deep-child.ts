/** Deep, narrow models on WebGPU against the CPU, in a process whose environment names the driver. Results are JSON lines. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelServer } from '../../../native-models/generate/server.ts';
import type { Device } from '../../../native-models/jobs.ts';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { adapterModules, newAdapter } from '../../../native-models/lora/training.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { loraConfig, type LoraConfig } from '../../../native-models/peft/config.ts';
import { writeAdapter } from '../../../native-models/peft/format.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { createParameter, defaultAdamW } from '../../../native-models/train/adamw.ts';
import { batchFeeds, trainedTokens } from '../../../native-models/train/batch.ts';
import { dropoutFeeds } from '../../../native-models/train/dropout.ts';
import { loraLossGraph, loraTrainGraph, lossOutput } from '../../../native-models/train/graph.ts';
import { parameterFeeds } from '../../../native-models/train/step.ts';
import { largestDifference, relativeNorm } from '../goldens/golden.ts';
import { noTurn, withOptimizer } from '../train/regression.ts';
import { writeDeepModel } from './deep-model.ts';

export interface DeepCase {
  readonly family: string;
  readonly layers: number;
  readonly modules: LoraConfig['target_modules'];
  readonly method: 'lora' | 'rslora' | 'dora';
  readonly dropout: number;
  readonly recompute: boolean;
}

/**
 * How far WebGPU is from the CPU in two steps: losses, gradient norms, and the mean gradients that AdamW keeps. Of the
 * values themselves the second loss and the evaluation tell: where a gradient is nothing but rounding, AdamW moves a value
 * by the whole rate all the same.
 */
export interface DeepReport extends DeepCase {
  readonly losses: number;
  readonly norms: number;
  readonly moments: number;
  readonly evaluated: number;
  readonly answers: number;
}

interface Found {
  readonly losses: number[];
  readonly norms: number[];
  readonly evaluated: number[];
  moments: readonly Float32Array[];
}

const steps = 2;
const random = new Random(9, 'deep');
const textOf = (length: number): number[] => Array.from({ length }, () => 3 + Math.floor(random.fraction() * 120));

/** B away from zero, so that every adapter acts. */
function stirred(values: Float32Array, seed: number): Float32Array {
  const noise = new Random(seed, 'stirred');
  return values.map((value) => (value === 0 ? (noise.fraction() - 0.5) * 0.1 : value));
}

async function compare(deep: DeepCase): Promise<DeepReport> {
  const directory = await mkdtemp(join(tmpdir(), 'deep-'));
  try {
    await writeDeepModel(deep.family, deep.layers, directory);
    const model = await openModelFolder(directory);
    const config = loraConfig({
      r: 2,
      lora_alpha: 4,
      lora_dropout: deep.dropout,
      target_modules: deep.modules,
      fan_in_fan_out: model.decoder.fanInFanOut,
      use_rslora: deep.method === 'rslora',
      use_dora: deep.method === 'dora',
    });
    const shape = adapterShape(model.decoder, config);
    const sizes = new Map(model.decoder.linearModules.map(({ name, outputSize }) => [name, outputSize]));
    const start = newAdapter(shape, 5, (module) => new Float32Array(sizes.get(module)!).fill(0.7));
    const tensors = (seed: number) => start.map((tensor) => ({ ...tensor, values: stirred(tensor.values, seed) }));
    const sequences = [14, 9, 11].map((length) => {
      const ids = textOf(length);
      return { ids, labels: ids, firstPosition: model.decoder.firstPosition(length) };
    });
    const rows = [[sequences[0]!], [sequences[1]!, sequences[2]!]];
    const trained = sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
    const feeds = batchFeeds(rows, 1 / trained);
    const places = feeds['input_ids']!.data.length;
    const options = { positions: 64, recompute: deep.recompute };
    const on = async (device: Device): Promise<Found> => {
      const result: Found = { losses: [], norms: [], moments: [], evaluated: [] };
      const parameters = tensors(1).map(({ name, shape: size, values }) => createParameter(name, size, values));
      const setup = {
        graph: loraTrainGraph(model, shape, { ...options, device }),
        parameters,
        externalFolder: directory,
      };
      const kind = device === 'cpu' ? 'memory' : 'device';
      await withOptimizer(
        kind,
        setup,
        device,
        async (optimizer) => {
          for (let step = 1; step <= steps; step++) {
            const noise = dropoutFeeds(shape.groups, shape.dropout, places, [1, step, 0]);
            const { loss, norm } = await optimizer.computeGradients([{ ...feeds, ...noise }], noTurn);
            result.losses.push(loss);
            result.norms.push(norm);
            await optimizer.update(step, 1e-2);
          }
          await optimizer.readBack();
        },
        { adamW: { ...defaultAdamW, weightDecay: 0.01 }, clipNorm: 1 },
      );
      result.moments = parameters.map(({ firstMoment }) => firstMoment);
      const loss = loraLossGraph(model, shape, { ...options, device });
      const session = await openSession(loss, { device, externalFolder: directory });
      const outputs = await session.run({ ...parameterFeeds(parameters), ...feeds });
      await session.close();
      result.evaluated.push(floatsOf(outputs[lossOutput])[0]!);
      return result;
    };
    const [gpu, cpu] = [await on('webgpu'), await on('cpu')];
    const largest = (part: 'losses' | 'norms' | 'evaluated'): number =>
      Math.max(...cpu[part].map((expected, index) => Math.abs(gpu[part][index]! / expected - 1)));
    return {
      ...deep,
      losses: largest('losses'),
      norms: largest('norms'),
      moments: Math.max(...cpu.moments.map((expected, index) => relativeNorm(gpu.moments[index]!, expected))),
      evaluated: largest('evaluated'),
      answers: await compareAnswers(directory, config, (seed) => adapterModules(shape, tensors(seed))),
    };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Two different adapters and none in one batch: how far the logits are from the CPU's. */
async function compareAnswers(
  directory: string,
  config: LoraConfig,
  modulesOf: (seed: number) => ReturnType<typeof adapterModules>,
): Promise<number> {
  const adapters = await Promise.all(
    [1, 2].map(async (seed) => {
      const folder = join(directory, `adapter-${seed}`);
      await writeAdapter(folder, { config, modules: modulesOf(seed), provenance: null });
      return folder;
    }),
  );
  const rows = [adapters[0]!, null, adapters[1]!].map((adapterDirectory, index) => {
    return { ids: textOf(8 + index), adapterDirectory };
  });
  const logits: Float32Array[] = [];
  for (const device of ['webgpu', 'cpu'] as const) {
    const server = await ModelServer.open({ modelDirectory: directory, device, precision: 'f32' });
    logits.push(await server.logits(rows));
    await server.close();
    if (server.deviceFallback) throw new Error(server.deviceFallback.detail);
  }
  return largestDifference(logits[0]!, logits[1]!);
}

for (const deep of JSON.parse(process.argv[2]!) as readonly DeepCase[])
  console.log(JSON.stringify(await compare(deep)));
