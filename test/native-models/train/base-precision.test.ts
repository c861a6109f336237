/** Training on a base in 8 or 4 bits: close to float32 where nothing is learned yet, resumable to the byte, and learning the sample plant. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelFolder } from '../../../native-models/models/model-folder.ts';
import { readProvenance } from '../../../native-models/peft/provenance.ts';
import { fittingFormat, quantizeBlocks, transposed } from '../../../native-models/quantize/blocks.ts';
import { type BaseWeights, floatWeights, trainingWeights } from '../../../native-models/quantize/base-weights.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { readSamplePlant, rehearsalFile, starterModelDirectory } from '../../../native-models/starter/index.ts';
import { batchFeeds, trainedTokens } from '../../../native-models/train/batch.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients } from '../../../native-models/train/step.ts';
import { readTensor } from '../../../native-models/weights/safetensors.ts';
import { dequantizeBlocks } from '../quantize/dequantize.ts';
import { goldenAdapter, openGolden, relativeNorm } from '../goldens/golden.ts';
import { collect, plantJob, type PlantJob } from './plant-job.ts';

let cacheDirectory: string;
let plant: PlantJob;
beforeAll(async () => {
  cacheDirectory = await mkdtemp(join(tmpdir(), 'usumaku-base-'));
  plant = await plantJob();
});
afterAll(async () => {
  await rm(cacheDirectory, { recursive: true, force: true });
  await plant.dispose();
});

/** The same base with the linear layers' weights of 4 bits turned back into floats before the graph sees them. */
async function dequantized(model: ModelFolder, base: BaseWeights): Promise<BaseWeights> {
  const { fanInFanOut, linearModules, weightShapes } = model.decoder;
  const floats = new Map<string, Float32Array>();
  for (const { name, inputSize, outputSize } of linearModules) {
    const stored = await readTensor(model.weights.tensors.get(`${name}.weight`)!);
    const values = fanInFanOut ? transposed(stored, inputSize, outputSize) : stored;
    const format = fittingFormat(inputSize, { bits: 4, blockSize: 32 });
    const blocks = quantizeBlocks(values, outputSize, inputSize, format);
    const back = dequantizeBlocks(blocks, outputSize, inputSize, format);
    floats.set(`${name}.weight`, fanInFanOut ? transposed(back, outputSize, inputSize) : back);
  }
  return {
    ...base,
    declare(graph, rows) {
      const { weight, matrix } = base.declare(graph, rows);
      return {
        weight(name) {
          const values = floats.get(name);
          return values ? graph.constant(name, 'float32', weightShapes.get(name)!, values) : weight(name);
        },
        matrix: (name) => (floats.has(name) ? undefined : matrix?.(name)),
      };
    },
  };
}

/** These models are random and 64 wide: rounding averages out less than in real ones. */
const tolerances = {
  int8: { loss: 0.005, gradient: 0.2 },
  int4: { loss: 0.05, gradient: 0.6 },
} as const;

// Grouped heads; biases on tied weights; weights stored [in, out]; one matrix for q, k and v; soft-capped logits.
describe.each(['llama', 'qwen2-tied', 'gpt2', 'phi3', 'gemma2'])('%s', (name) => {
  test.each(['int8', 'int4'] as const)(
    'loss and gradients in %s beside float32, head whole and in parts',
    async (precision) => {
      const golden = await openGolden(name);
      const { parameters, shape } = await goldenAdapter(golden, 'lora_init');
      const weight = 1 / golden.sequences.reduce((sum, sequence) => sum + trainedTokens(sequence), 0);
      const feeds = batchFeeds(
        golden.sequences.map((one) => [one]),
        weight,
      );
      const quantized = await trainingWeights(golden.model, { precision, cacheDirectory });
      const run = async (base: typeof quantized, largestPart: number) => {
        const graph = loraTrainGraph(golden.model, shape, { positions: 256, base, largestPart });
        const session = await openSession(graph, { device: 'cpu', externalFolder: base.externalFolder });
        try {
          return await computeGradients(session, parameters, [feeds]);
        } finally {
          await session.close();
        }
      };
      const joined = (all: ReadonlyMap<string, Float32Array>) =>
        Float32Array.from(parameters.flatMap((parameter) => [...all.get(parameter.name)!]));
      const exact = await run(floatWeights(golden.model), 16_384);
      for (const largestPart of [16_384, 100]) {
        const { loss, byParameter } = await run(quantized, largestPart);
        const difference = Math.abs(loss / exact.loss - 1);
        const gradient = relativeNorm(joined(byParameter), joined(exact.byParameter));
        console.info(
          `${name} ${precision}: loss ${difference.toExponential(1)}, gradients ${gradient.toExponential(1)}`,
        );
        expect(difference).toBeLessThan(tolerances[precision].loss);
        expect(gradient).toBeLessThan(tolerances[precision].gradient);
        expect(difference).toBeGreaterThan(0);
      }
      if (precision === 'int8') return;
      const floats = await run(await dequantized(golden.model, quantized), 16_384);
      const { byParameter } = await run(quantized, 16_384);
      const same = relativeNorm(joined(byParameter), joined(floats.byParameter));
      console.info(`${name} int4: gradients ${same.toExponential(1)} from float32 on the same weights`);
      expect(same).toBeLessThan(1e-4);
    },
  );
});

describe('a run', () => {
  test.each([
    { basePrecision: 'int8', method: 'lora' },
    { basePrecision: 'int4', method: 'dora' },
  ] as const)('$method, $basePrecision: interrupted and resumed it ends with the same bytes', async (settings) => {
    const changes = { cacheDirectory, settings } as const;
    const whole = await collect(plant.job(`${settings.method}-whole`, changes));
    const stopped = new Error('stopped');
    const job = plant.job(`${settings.method}-stopped`, changes);
    const first = await collect(job, {
      onEvent: (event) => {
        if (event.kind === 'checkpoint') throw stopped;
      },
    });
    expect(first.error).toBe(stopped);
    const second = await collect({ ...job, resume: true });
    expect(second.steps.length).toBeLessThan(whole.steps.length);
    expect(second.result?.sha256).toBe(whole.result!.sha256);
    const { adapterDirectory } = whole.result!;
    expect((await readProvenance(adapterDirectory))?.settings).toMatchObject(settings);
  });

  test('of every weight needs float32 and says so', async () => {
    const job = plant.job('full', { cacheDirectory, settings: { method: 'full', basePrecision: 'int8' } });
    expect((await collect(job)).error).toMatchObject({ code: 'setting-invalid' });
  });

  test('on a GPU needs float32 and says so', async () => {
    const job = plant.job('gpu', { cacheDirectory, device: 'webgpu', settings: { basePrecision: 'int4' } });
    expect((await collect(job)).error).toMatchObject({ code: 'setting-invalid' });
  });
});

describe('the sample plant', () => {
  test('one pass with the starter: the validation loss falls as in float32', async () => {
    const file = async (split: string) => {
      const path = join(cacheDirectory, `${split}.jsonl`);
      const lines = readSamplePlant().filter((example) => example.split === split);
      await writeFile(path, lines.map((example) => JSON.stringify(example)).join('\n'));
      return path;
    };
    const [examplesFile, validationFile] = [await file('train'), await file('heldOut')];
    const lossAfter = async (basePrecision: 'f32' | 'int8' | 'int4') => {
      const settings = { basePrecision, rank: 16, alpha: 32, dropout: 0, learningRate: 1e-3, epochs: 1, batchSize: 16 };
      const files = { modelDirectory: starterModelDirectory, examplesFile, validationFile, rehearsalFile };
      const { events, error } = await collect(plant.job(basePrecision, { ...files, cacheDirectory, settings }));
      expect(error).toBeUndefined();
      const losses = events.flatMap((event) => (event.kind === 'validation' ? [event.loss] : []));
      return { before: losses[0]!, after: losses.at(-1)! };
    };
    const exact = await lossAfter('f32');
    for (const [precision, tolerance] of [
      ['int8', 0.01],
      ['int4', 0.04],
    ] as const) {
      const { before, after } = await lossAfter(precision);
      const difference = after / exact.after - 1;
      console.info(
        `${precision}: ${before.toFixed(4)} → ${after.toFixed(4)}, ${(100 * difference).toFixed(2)} % from float32`,
      );
      expect(after).toBeLessThan(0.8 * before);
      expect(Math.abs(difference)).toBeLessThan(tolerance);
    }
  });
});
