/** Models that no recorded number exists for, against a second computation of them that reproduces the recorded ones. */

import { mkdtemp, rm } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModelFolder, openModelFolder } from '../../../native-models/models/model-folder.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { ModelServer } from '../../../native-models/generate/server.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { scalingOf } from '../../../native-models/peft/target-modules.ts';
import { adapterShape } from '../../../native-models/lora/shape.ts';
import { adapterModules, newAdapter } from '../../../native-models/lora/training.ts';
import { Random } from '../../../native-models/random.ts';
import { openSession } from '../../../native-models/runtime/session.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import { batchFeeds } from '../../../native-models/train/batch.ts';
import { loraTrainGraph } from '../../../native-models/train/graph.ts';
import { computeGradients } from '../../../native-models/train/step.ts';
import { goldenModels, goldenPath } from '../goldens.ts';
import { largestDifference, openGolden, recordedLogits } from '../goldens/golden.ts';
import { referenceLogits, type ReferenceSettings, type ReferenceWeights } from './reference.ts';
import type { RopeSettings } from './reference-rope.ts';
import { bothLayers, referenceWeights, settingsOf, type Variant, variants, writeVariant } from './variants.ts';

const within = (what: string, difference: number, tolerance: number): void => {
  console.info(`${what}: ${difference.toExponential(1)} (tolerance ${tolerance.toExponential(0)})`);
  expect(difference, what).toBeLessThan(tolerance);
};

/** Frequencies change beyond so many tokens in the variants where they do. */
const borderLength = 20;

const flat = (rows: readonly Float64Array[]): Float32Array => Float32Array.from(rows.flatMap((row) => [...row]));
const textOf = (seed: number, length: number): number[] => {
  const random = new Random(seed, 'text');
  return Array.from({ length }, () => 3 + Math.floor(random.fraction() * 381));
};

describe('the reference reproduces the recorded numbers', () => {
  test.each(goldenModels.filter((name) => name !== 'gpt2'))('%s', async (name) => {
    const golden = await openGolden(name);
    const files = readdirSync(golden.directory).filter((file) => /^model.*\.safetensors$/.test(file));
    const parts = await Promise.all(files.map((file) => referenceWeights(goldenPath(name, file))));
    const weights = new Map(parts.flatMap((part) => [...part]));
    for (const [row, { ids }] of golden.sequences.entries()) {
      const logits = flat(referenceLogits(goldenSettings(name), weights, ids));
      const expected = await recordedLogits(golden, 'logits', row);
      within(`reference of ${name}, text ${row}`, largestDifference(logits, expected), 1e-5);
    }
  });
});

/** The settings of a reference model, straight from its file. */
function goldenSettings(name: string): ReferenceSettings {
  const config = JSON.parse(readFileSync(goldenPath(name, 'config.json'), 'utf8')) as Record<string, number> & {
    model_type: ReferenceSettings['family'];
    tie_word_embeddings: boolean;
    rope_parameters?: RopeSettings;
    rope_scaling?: RopeSettings | null;
  };
  const family = config.model_type;
  const headDim = config['head_dim'] ?? config['hidden_size']! / config['num_attention_heads']!;
  const layers = config['num_hidden_layers']!;
  const older = { rope_type: 'default', rope_theta: config['rope_theta']!, ...config.rope_scaling };
  const sliding = (layer: number): boolean => family === 'mistral' || (family === 'gemma2' && layer % 2 === 0);
  return {
    family,
    layers,
    hiddenSize: config['hidden_size']!,
    intermediateSize: config['intermediate_size']!,
    heads: config['num_attention_heads']!,
    keyValueHeads: config['num_key_value_heads']!,
    headDim,
    vocabularySize: config['vocab_size']!,
    epsilon: config['rms_norm_eps']!,
    tied: config.tie_word_embeddings,
    slidingWindow: config['sliding_window']!,
    layerTypes: Array.from({ length: layers }, (_, at) => (sliding(at) ? 'sliding_attention' : 'full_attention')),
    rope: bothLayers((config.rope_parameters ?? older) as RopeSettings),
    scoreScale: (config['query_pre_attn_scalar'] ?? headDim) ** -0.5,
    scoreCap: config['attn_logit_softcapping'] ?? null,
    logitCap: config['final_logit_softcapping'] ?? null,
    prefix: 'model',
  };
}

describe.each(variants)('$name', (variant) => {
  let folder: string;
  let model: ModelFolder;
  let weights: ReferenceWeights;
  const settings = settingsOf(variant);
  const expectedLogits = (given: ReferenceWeights, ids: readonly number[], textLength = ids.length) =>
    referenceLogits(
      settings,
      given,
      ids,
      textLength > borderLength ? (variant.longTextsTurnAs ?? textLength) : textLength,
    );
  // Shorter and longer than the length at which frequencies change, where they do.
  const texts = [textOf(3, 16), textOf(4, 32)];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'variant-'));
    await writeVariant(variant, folder);
    model = await openModelFolder(folder);
    weights = await referenceWeights(join(folder, 'model.safetensors'), usualName(variant));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('logits', async () => {
    expect(model.decoder.contextLength).toBe(variant.contextLength);
    for (const ids of texts) {
      const actual = floatsOf(await logitsOf(model, ids, null, 'cpu'));
      const expected = flat(expectedLogits(weights, ids));
      within(`${variant.name}, ${ids.length} tokens`, largestDifference(actual, expected), 1e-5);
    }
  });

  test('greedy answers, rows of different lengths side by side', async () => {
    const server = await ModelServer.open({ modelDirectory: folder, device: 'cpu', precision: 'f32' });
    // 14 + 4 stays short, 18 + 4 grows past the border, 30 + 4 is long from the start.
    const prompts = [14, 18, 30].map((length) => textOf(length, length));
    const sampling = { maxNewTokens: 4, temperature: 0, topP: 1, seed: 0, ignoreEndOfTurn: true };
    const rows = prompts.map((ids) => ({ ids, adapterDirectory: null }));
    const answers = await server.answer(rows, sampling, async () => {});
    await server.close();
    for (const [row, prompt] of prompts.entries()) {
      const ids = [...prompt];
      for (let token = 0; token < 4; token++) {
        const logits = expectedLogits(weights, ids, prompt.length + 4).at(-1)!;
        ids.push(logits.indexOf(Math.max(...logits)));
      }
      expect(answers[row]!.ids).toEqual(ids.slice(prompt.length));
    }
  });

  test('gradients of the adapter', async () => {
    const config = loraConfig({ r: 2, lora_alpha: 4, target_modules: 'all-linear' });
    const shape = adapterShape(model.decoder, config);
    const random = new Random(5, 'adapter');
    const parameters = newAdapter(shape, 5, () => new Float32Array()).map((tensor) => {
      const values = tensor.values.map((value) => (value === 0 ? (random.fraction() - 0.5) * 0.2 : value));
      return createParameter(tensor.name, tensor.shape, values);
    });
    const sequences = texts.map((ids) => {
      return { ids, labels: ids, firstPosition: model.decoder.firstPosition(ids.length) };
    });
    const trained = texts.reduce((sum, ids) => sum + ids.length - 1, 0);
    const session = await openSession(loraTrainGraph(model, shape, { positions: 64 }), {
      device: 'cpu',
      externalFolder: folder,
    });
    // Both texts share a row: neighbours of different length keep their own positions.
    const gradients = await computeGradients(session, parameters, [batchFeeds([sequences], 1 / trained)]);
    await session.close();

    const modules = adapterModules(shape, parameters);
    const stacked = parameters.map((parameter) => {
      return { ...parameter, values: gradients.byParameter.get(parameter.name)! };
    });
    const lossWith = (): number => {
      const adapted = new Map(weights);
      for (const [module, { A, B, rank, inputSize }] of modules) {
        const name = `${module}.weight`;
        const scaling = scalingOf(config, module);
        adapted.set(
          name,
          weights.get(name)!.map((weight, at) => {
            const [output, input] = [Math.floor(at / inputSize), at % inputSize];
            let change = 0;
            for (let r = 0; r < rank; r++) change += B[output * rank + r]! * A[r * inputSize + input]!;
            return weight + scaling * change;
          }),
        );
      }
      return texts.reduce((sum, ids) => sum + summedLoss(expectedLogits(adapted, ids), ids), 0) / trained;
    };
    within(`${variant.name}, loss`, Math.abs(gradients.loss - lossWith()), 1e-5);

    let [difference, largest] = [0, 0];
    for (const [module, gradient] of adapterModules(shape, stacked)) {
      for (const part of ['A', 'B'] as const) {
        const values = modules.get(module)![part];
        const at = Math.floor(random.fraction() * values.length);
        const value = values[at]!;
        const moved = (shift: number): readonly [number, number] => {
          values[at] = value + shift;
          return [values[at], lossWith()];
        };
        const [[before, lossBefore], [after, lossAfter]] = [moved(-0.001), moved(0.001)];
        // The steps themselves as float32 keeps them, so that the quotient is exact.
        const quotient = (lossAfter - lossBefore) / (after - before);
        values[at] = value;
        difference = Math.max(difference, Math.abs(quotient - gradient[part][at]!));
        largest = Math.max(largest, Math.abs(quotient));
      }
    }
    within(`${variant.name}, gradients of the adapter`, difference / largest, 1e-3);
  });
});

/** −log of each next token's probability, summed. */
function summedLoss(logits: readonly Float64Array[], ids: readonly number[]): number {
  return ids.slice(1).reduce((sum, target, at) => {
    const row = logits[at]!;
    const largest = Math.max(...row);
    return sum + largest + Math.log(row.reduce((total, value) => total + Math.exp(value - largest), 0)) - row[target]!;
  }, 0);
}

/** The reference names a picture model's weights as its modules are named, not as its files are. */
const usualName =
  ({ config }: Variant) =>
  (name: string): string =>
    config.model_type === 'gemma3' ? name.replace('language_model.model.', 'model.language_model.') : name;
