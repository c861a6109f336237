/**
 * `npm run bench -- --gpu [--small]`: whether WebGPU is right here, how fast it trains and answers, and where the time
 * goes. A random model in the shape of Qwen2.5-0.5B, or a small one of the same family for a GPU in software.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openModelFolder } from '../../native-models/models/model-folder.ts';
import type { ModelConfig } from '../../native-models/architectures/index.ts';
import { loraConfig } from '../../native-models/peft/config.ts';
import { adapterShape } from '../../native-models/lora/shape.ts';
import { newAdapter } from '../../native-models/lora/training.ts';
import { probeDevice } from '../../native-models/machine/probe.ts';
import { openSession } from '../../native-models/runtime/session.ts';
import { createParameter, defaultAdamW } from '../../native-models/train/adamw.ts';
import { DeviceOptimizer, gradientOutputs } from '../../native-models/train/device-optimizer.ts';
import { loraTrainGraph } from '../../native-models/train/graph.ts';
import { computeGradients, parameterFeeds } from '../../native-models/train/step.ts';
import { kernelsOf } from '../native-models/runtime/kernels.ts';
import { loadAdapter, openDecoding, randomAdapter } from './decoding.ts';
import { median } from './measure.ts';
import { qwenHalfBillion, randomModel, starterFolder } from './models.ts';
import { feedsOf, stepOperations, type StepShape } from './training.ts';

type Print = (what: string, value: number, unit: string, note?: string) => void;

/** With as many tokens as the starter's tokenizer knows, which lies beside it. */
async function smallShape(): Promise<ModelConfig> {
  const { vocab_size } = JSON.parse(await readFile(join(starterFolder, 'config.json'), 'utf8')) as ModelConfig;
  return {
    ...qwenHalfBillion,
    hidden_size: 64,
    intermediate_size: 96,
    num_hidden_layers: 4,
    num_attention_heads: 4,
    num_key_value_heads: 2,
    vocab_size,
  };
}
const device = 'webgpu';
const rank = 8;

/** Prints as it measures. Throws where WebGPU cannot be used, with the driver's words. */
export async function measureGpu(folder: string, small: boolean, print: Print): Promise<void> {
  const directory = await randomModel(join(folder, 'gpu'), small ? await smallShape() : qwenHalfBillion);
  const started = performance.now();
  const check = await probeDevice({ device, modelDirectory: directory });
  if (check.failure !== null) throw new Error(`WebGPU cannot be used here: ${check.failure}`);
  const rate = check.gigaflops ?? Number.NaN;
  print('device: difference from the CPU, two layers and an update', check.difference ?? Number.NaN, '', check.verdict);
  print('device: f32 matrix products', rate, 'GFLOP/s');
  print('device: proof, adapter and shaders', (performance.now() - started) / 1000, 's');
  await training(directory, small, rate, print);
  await decoding(directory, folder, small, print);
}

/** The run's own optimizer, on the device from end to end. */
async function training(directory: string, small: boolean, rate: number, print: Print): Promise<void> {
  const model = await openModelFolder(directory);
  const adapter = adapterShape(model.decoder, loraConfig({ r: rank, lora_alpha: 16, target_modules: 'all-linear' }));
  const parameters = newAdapter(adapter, 1, () => new Float32Array()).map(({ name, shape, values }) =>
    createParameter(name, shape, values),
  );
  const graph = loraTrainGraph(model, adapter, { positions: 512, device });
  const where = { device, externalFolder: directory } as const;
  const first: StepShape = { batch: 1, tokens: small ? 32 : 256, trained: 1 };
  const shapes: readonly StepShape[] = small
    ? [first]
    : [first, { batch: 4, tokens: 256, trained: 1 }, { batch: 8, tokens: 512, trained: 1 }];

  const cpu = await openSession(loraTrainGraph(model, adapter, { positions: 512 }), { ...where, device: 'cpu' });
  const expected = await computeGradients(cpu, parameters, [feedsOf(model, first)]);
  await cpu.close();

  const feeds = { ...parameterFeeds(parameters), ...feedsOf(model, first) };
  const kernels = await kernelsOf(graph, (session) => session.run(feeds), where);
  const opened = performance.now();
  const step = await openSession(graph, { ...where, outputsOnDevice: gradientOutputs(parameters) });
  const sessions = [step];
  const optimizer = await DeviceOptimizer.open(
    step,
    parameters,
    { adamW: { ...defaultAdamW, weightDecay: 0 }, clipNorm: 1 },
    async (each, outputsOnDevice) => {
      const session = await openSession(each, { ...where, outputsOnDevice });
      sessions.push(session);
      return session;
    },
  );
  print('start: a session of the training step', (performance.now() - opened) / 1000, 's');
  let number = 0;
  for (const shape of shapes) {
    const size = `${shape.batch}×${shape.tokens}`;
    const feeds = feedsOf(model, shape);
    const seconds: number[] = [];
    for (let run = 0; run < (small ? 3 : 6); run++) {
      const begun = performance.now();
      const { loss, norm } = await optimizer.computeGradients([feeds], async () => {});
      if (number === 0) {
        print('training: loss against the CPU, relative', Math.abs(loss / expected.loss - 1), '');
        print('training: gradient norm against the CPU, relative', Math.abs(norm / expected.norm - 1), '');
      }
      // So small a rate that nothing is learned: speed is measured.
      await optimizer.update(++number, 1e-9);
      seconds.push((performance.now() - begun) / 1000);
    }
    const time = median(seconds.slice(1));
    print(`training ${size}, float32`, (shape.batch * shape.tokens) / time, 'tokens/s');
    print(`training ${size}: share of the measured products`, stepOperations(model, shape, 2) / time / 1e7 / rate, '%');
    if (shape === first) {
      print(
        'training: kernels of a step',
        kernels.total,
        '',
        `${(kernels.total / model.decoder.layers).toFixed(0)} a layer, head included`,
      );
      print('training: time of a kernel on average', (1e6 * time) / kernels.total, 'µs');
    }
  }
  for (const session of sessions) await session.close();
}

async function decoding(directory: string, folder: string, small: boolean, print: Print): Promise<void> {
  const model = await openModelFolder(directory);
  const adapters = [1, 2].map((seed) => join(folder, `gpu-adapter-${seed}`));
  for (const [index, each] of adapters.entries()) await randomAdapter(model, each, 16, index + 1);
  const answering = await openDecoding({ modelDirectory: directory, device, precision: 'f32' }, [adapters[0]!]);
  const tokens = small ? 4 : 32;
  for (const [name, adapter] of [
    ['base', null],
    ['adapter of rank 16', 0],
  ] as const) {
    const seconds: number[] = [];
    for (let run = 0; run < 2; run++) {
      const begun = performance.now();
      await answering.answer(adapter, 1, tokens);
      seconds.push((performance.now() - begun) / 1000);
    }
    print(`decode in float32, ${name}`, tokens / seconds.at(-1)!, 'tokens/s', 'a prompt of 32 tokens included');
  }
  await answering.close();
  const begun = performance.now();
  await loadAdapter(model, adapters[1]!);
  print('swap: another adapter, from disk to ready', performance.now() - begun, 'ms');
}
