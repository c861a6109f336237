/** Composed blocks, up to a whole model with adapters, against finite differences. */

import { describe, expect, test } from 'vitest';
import { type ModelConfig, decoderFromConfig } from '../../../native-models/architectures/index.ts';
import type { Graph, Value } from '../../../native-models/graph/graph.ts';
import { attend, maskedAttention } from '../../../native-models/nn/attention.ts';
import { linear } from '../../../native-models/nn/linear.ts';
import { layerNormalization } from '../../../native-models/nn/layer-normalization.ts';
import { gatedMlp } from '../../../native-models/nn/mlp.ts';
import { rotaryTables } from '../../../native-models/nn/rotary.ts';
import type { LinearAdapter, Scope } from '../../../native-models/nn/scope.ts';
import { gatherRows, rmsNormalization, scale } from '../../../native-models/ops/index.ts';
import { floatTensor, integerTensor, type Tensor } from '../../../native-models/runtime/tensor.ts';
import { crossEntropy } from '../../../native-models/train/loss.ts';
import { type GradientCheck, gradientCheckError } from './gradient-check.ts';
import { numbers } from './operator-checks.ts';

type Inputs = Readonly<Record<string, Value>>;

const tolerance = 1e-3;
const rank = 2;

/** Small numbers of both signs, so that nothing saturates. */
function small(shape: readonly number[], seed: number): Tensor {
  const { data } = numbers(shape, seed);
  return floatTensor(
    (data as Float32Array).map((value) => value * 0.3),
    shape,
  );
}

/** Weights by name from the inputs; an adapter wherever `<module>.A` and `<module>.B` are inputs. */
function scopeOf(inputs: Inputs, graph: Graph): Scope {
  const adapter = (module: string): LinearAdapter | undefined => {
    const [A, B] = [inputs[`${module}.A`], inputs[`${module}.B`]];
    if (!A || !B) return undefined;
    return { A, B, weigh: (lowRank) => scale(lowRank, 0.7), drop: (input) => input };
  };
  return { graph, weight: (name) => inputs[name]!, adapter };
}

async function expectGradients(what: string, check: GradientCheck): Promise<void> {
  const error = await gradientCheckError(check);
  console.info(`${what}: ${error.toExponential(1)} (tolerance ${tolerance})`);
  expect(error).toBeLessThan(tolerance);
}

describe('composed blocks', () => {
  test.each([null, 0.5])(
    'attention with two queries a key, a mask, a hidden key and score cap %s',
    async (scoreCap) => {
      const mask = new Float32Array(2 * 3 * 3).fill(-1e9);
      for (let query = 0; query < 3; query++) {
        mask.fill(0, query * 3, query * 3 + query + 1);
        mask.fill(0, 9 + query * 3 + Math.min(query, 1), 9 + query * 3 + query + 1);
      }
      await expectGradients(`attention, cap ${scoreCap}`, {
        parameters: {
          queries: numbers([2, 4, 3, 2], 1),
          keys: numbers([2, 2, 3, 2], 2),
          values: numbers([2, 2, 3, 2], 3),
        },
        constants: { mask: floatTensor(mask, [2, 1, 3, 3]) },
        build: ({ queries, keys, values, mask }) =>
          attend(scale(queries!, 0.7), { keys: keys!, values: values! }, mask!, { scoreCap }),
      });
    },
  );

  test.each([
    ['SwiGLU', { activation: 'silu', fused: null }],
    ['GELU with one matrix for gate and up', { activation: 'gelu_tanh', fused: 5 }],
  ] as const)('gated feed-forward block with adapters: %s', async (what, { activation, fused }) => {
    const module = (name: string, input: number, output: number, seed: number) => ({
      [`mlp.${name}.weight`]: small([output, input], seed),
      [`mlp.${name}.A`]: small([rank, input], seed + 0.1),
      [`mlp.${name}.B`]: small([output, rank], seed + 0.2),
    });
    const gates =
      fused === null
        ? { ...module('gate_proj', 4, 5, 1), ...module('up_proj', 4, 5, 2) }
        : module('gate_up_proj', 4, 10, 1);
    await expectGradients(what, {
      parameters: { input: numbers([3, 4]), ...gates, ...module('down_proj', 5, 4, 3) },
      build: (inputs, graph) =>
        gatedMlp(scopeOf(inputs, graph), 'mlp', inputs.input!, { bias: false, activation, fused }),
    });
  });

  test('RMS norm into a linear layer with bias and adapter', async () => {
    await expectGradients('norm and linear', {
      parameters: {
        input: numbers([3, 6]),
        norm: numbers([6], 2),
        'q.weight': small([4, 6], 3),
        'q.bias': small([4], 4),
        'q.A': small([rank, 6], 5),
        'q.B': small([4, rank], 6),
      },
      build: (inputs, graph) =>
        linear(scopeOf(inputs, graph), 'q', rmsNormalization(inputs.input!, inputs.norm!, 1e-5), { bias: true }),
    });
  });
});

test('layer norm', async () => {
  await expectGradients('layer norm', {
    parameters: { input: numbers([3, 6]), weight: numbers([6], 2), bias: numbers([6], 3) },
    build: ({ input, weight, bias }) => layerNormalization(input!, weight!, bias!, 1e-5),
  });
});

const config: ModelConfig = {
  model_type: 'llama',
  hidden_size: 8,
  intermediate_size: 10,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  vocab_size: 7,
  max_position_embeddings: 16,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

describe('a whole model of one layer', () => {
  const decoder = decoderFromConfig(config);
  const weights = Object.fromEntries(
    [...decoder.weightShapes].map(([name, shape], index) => [
      name,
      // Norms around 1, matrices small.
      name.includes('norm')
        ? floatTensor(
            new Float32Array(shape[0]!).fill(1).map((one, at) => one + 0.2 * Math.sin(at)),
            shape,
          )
        : small(shape, index + 1.37),
    ]),
  );
  const adapters = Object.fromEntries(
    decoder.linearModules.flatMap(({ name, inputSize, outputSize }, index) => [
      [`${name}.A`, small([rank, inputSize], index + 0.41)],
      [`${name}.B`, small([outputSize, rank], index + 0.73)],
    ]),
  );
  // Two texts packed into one row of five places: 0 1 2 and 0 1.
  const mask = new Float32Array(25).fill(-1e9);
  for (const [query, start] of [0, 0, 0, 3, 3].entries()) mask.fill(0, query * 5 + start, query * 5 + query + 1);
  const constants = {
    ids: integerTensor([1, 4, 2, 4, 6], [1, 5]),
    positions: integerTensor([0, 1, 2, 0, 1], [1, 5]),
    mask: floatTensor(mask, [1, 1, 5, 5]),
    trained: integerTensor([0, 1, 3], [3]),
    targets: integerTensor([4, 2, 6], [3, 1]),
    lossWeights: floatTensor(Float32Array.of(0.5, 0.3, 0.2), [3]),
  };
  const build = (inputs: Inputs, graph: Graph): Value => {
    const scope = scopeOf(inputs, graph);
    const { ids, positions, mask, trained, targets, lossWeights } = inputs as Record<keyof typeof constants, Value>;
    const attention = maskedAttention({ positions, keyPositions: positions, mask });
    const rotary = rotaryTables(positions, 16);
    const { hidden } = decoder.forward(scope, { inputIds: ids, positions, attention, rotary });
    return crossEntropy(decoder.head(scope, gatherRows(hidden, trained)), targets, lossWeights).value;
  };

  test('gradients of every weight, embedding tied to the head', async () => {
    await expectGradients('whole model, all weights', { parameters: weights, constants, build });
  });

  test('gradients of the adapters on the frozen model', async () => {
    await expectGradients('whole model, adapters', {
      parameters: adapters,
      constants: { ...constants, ...weights },
      build,
    });
  });
});
