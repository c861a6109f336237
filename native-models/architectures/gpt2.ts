/** GPT-2: learned positions, LayerNorm, GELU, Conv1D weights stored (in, out) (Radford et al. 2019). */

import { multiplyDimensions } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { KeyValues } from '../nn/attention.ts';
import { layerNormalization } from '../nn/layer-normalization.ts';
import { embed, linear, product } from '../nn/linear.ts';
import type { Scope } from '../nn/scope.ts';
import { add, gatherRows, geluTanh, reshape, split } from '../ops/index.ts';
import {
  flag,
  type ModelConfig,
  oneOf,
  optionalWholeNumber,
  positiveNumber,
  unsupported,
  wholeNumber,
} from './config.ts';
import type { Decoder, DecoderInputs, LinearModule } from './decoder.ts';

const conv1d = { bias: true, storedInOut: true } as const;

/** Reads a `model_type: gpt2` configuration. */
export function gpt2(config: ModelConfig): Decoder {
  oneOf(config, 'activation_function', 'gelu_new', 'gelu_pytorch_tanh');
  for (const field of ['scale_attn_by_inverse_layer_idx', 'add_cross_attention'] as const) oneOf(config, field, false);
  oneOf(config, 'scale_attn_weights', true);
  const layers = wholeNumber(config, 'n_layer');
  const hiddenSize = wholeNumber(config, 'n_embd');
  const heads = wholeNumber(config, 'n_head');
  const innerSize = optionalWholeNumber(config, 'n_inner') ?? 4 * hiddenSize;
  const vocabularySize = wholeNumber(config, 'vocab_size');
  const contextLength = wholeNumber(config, 'n_positions');
  const epsilon = positiveNumber(config, 'layer_norm_epsilon', 1e-5);
  const tied = flag(config, 'tie_word_embeddings', true);
  if (hiddenSize % heads !== 0) throw unsupported('n_head', heads, `a divisor of ${hiddenSize}`);
  const headDim = hiddenSize / heads;
  const embedding = 'transformer.wte.weight';

  const linearModules = Array.from({ length: layers }, (_, layer): LinearModule[] => {
    const module = (name: string, inputSize: number, outputSize: number): LinearModule => {
      return { name: `transformer.h.${layer}.${name}`, inputSize, outputSize, bias: true };
    };
    return [
      module('attn.c_attn', hiddenSize, 3 * hiddenSize),
      module('attn.c_proj', hiddenSize, hiddenSize),
      module('mlp.c_fc', hiddenSize, innerSize),
      module('mlp.c_proj', innerSize, hiddenSize),
    ];
  }).flat();

  const weightShapes = new Map<string, readonly number[]>([
    [embedding, [vocabularySize, hiddenSize]],
    ['transformer.wpe.weight', [contextLength, hiddenSize]],
  ]);
  if (!tied) weightShapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  const norms = Array.from({ length: layers }, (_, layer) => [`h.${layer}.ln_1`, `h.${layer}.ln_2`]).flat();
  for (const name of [...norms, 'ln_f']) {
    for (const part of ['weight', 'bias']) weightShapes.set(`transformer.${name}.${part}`, [hiddenSize]);
  }
  for (const { name, inputSize, outputSize } of linearModules) {
    weightShapes.set(`${name}.weight`, [inputSize, outputSize]).set(`${name}.bias`, [outputSize]);
  }

  const norm = (scope: Scope, name: string, value: Value): Value =>
    layerNormalization(value, scope.weight(`${name}.weight`), scope.weight(`${name}.bias`), epsilon);

  const attention = (scope: Scope, layer: number, input: Value, inputs: DecoderInputs) => {
    const module = `transformer.h.${layer}.attn`;
    const thirds = [hiddenSize, hiddenSize, hiddenSize];
    const [queries, keys, values] = split(linear(scope, `${module}.c_attn`, input, conv1d), 1, thirds);
    const { mixed, added } = inputs.attention(
      { queries: queries!, keys: keys!, values: values! },
      { layer, heads, keyValueHeads: heads, scoreScale: headDim ** -0.5, scoreCap: null, window: null },
    );
    return { output: linear(scope, `${module}.c_proj`, mixed, conv1d), added };
  };

  return {
    architecture: 'gpt2',
    layers,
    hiddenSize,
    vocabularySize,
    contextLength,
    heads,
    keyValueHeads: heads,
    headDim,
    slidingWindow: null,
    scoreCap: null,
    fanInFanOut: true,
    unservedModules: null,
    weightShapes,
    embeddingWeight: embedding,
    // The files of OpenAI's own GPT-2 hold the names of the model without its head.
    checkpointNames: (weight) => [weight, weight.replace(/^transformer\./, '')],
    linearModules,
    ropes: [],
    firstPosition: () => 0,
    forward(scope, inputs) {
      const rows = multiplyDimensions(...inputs.inputIds.shape);
      const tokens = embed(scope, embedding, reshape(inputs.inputIds, [rows]));
      const positions = gatherRows(scope.weight('transformer.wpe.weight'), reshape(inputs.positions, [rows]));
      const added: KeyValues[] = [];
      const layerInputs: Value[] = [];
      let hidden = add(tokens, positions);
      for (let layer = 0; layer < layers; layer++) {
        layerInputs.push(hidden);
        const prefix = `transformer.h.${layer}`;
        const attended = attention(scope, layer, norm(scope, `${prefix}.ln_1`, hidden), inputs);
        if (attended.added) added.push(attended.added);
        hidden = add(hidden, attended.output);
        const inner = linear(scope, `${prefix}.mlp.c_fc`, norm(scope, `${prefix}.ln_2`, hidden), conv1d);
        hidden = add(hidden, linear(scope, `${prefix}.mlp.c_proj`, geluTanh(inner), conv1d));
      }
      return { hidden: norm(scope, 'transformer.ln_f', hidden), layerInputs, added };
    },
    head(scope, hidden) {
      return product(scope, tied ? embedding : 'lm_head.weight', hidden);
    },
  };
}
