/** The Llama family: RMSNorm, rotary positions, grouped-query attention, SwiGLU (Touvron et al. 2023, arXiv 2302.13971). */

import { multiplyDimensions } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import { appendKeyValues, attend, type KeyValues, rotate, splitHeads } from '../nn/attention.ts';
import { linear } from '../nn/linear.ts';
import { gatedMlp } from '../nn/mlp.ts';
import { parseRope } from '../nn/rope.ts';
import type { Scope } from '../nn/scope.ts';
import { add, gatherRows, gemm, reshape, rmsNormalization } from '../ops/index.ts';
import { flag, type ModelConfig, oneOf, positiveNumber, wholeNumber } from './config.ts';
import type { Decoder, DecoderInputs, LinearModule } from './decoder.ts';

/** Reads a `model_type: llama` configuration. */
export function llama(config: ModelConfig): Decoder {
  const hiddenSize = wholeNumber(config, 'hidden_size');
  const intermediateSize = wholeNumber(config, 'intermediate_size');
  const layers = wholeNumber(config, 'num_hidden_layers');
  const heads = wholeNumber(config, 'num_attention_heads');
  const keyValueHeads = wholeNumber(config, 'num_key_value_heads', heads);
  const headDim = wholeNumber(config, 'head_dim', hiddenSize / heads);
  const vocabularySize = wholeNumber(config, 'vocab_size');
  const epsilon = positiveNumber(config, 'rms_norm_eps', 1e-6);
  const tied = flag(config, 'tie_word_embeddings', false);
  const attentionBias = flag(config, 'attention_bias', false);
  const mlpBias = flag(config, 'mlp_bias', false);
  oneOf(config, 'hidden_act', 'silu');

  const linearModules = Array.from({ length: layers }, (_, layer): LinearModule[] => {
    const prefix = `model.layers.${layer}`;
    const module = (name: string, inputSize: number, outputSize: number): LinearModule => {
      return { name: `${prefix}.${name}`, inputSize, outputSize };
    };
    return [
      module('self_attn.q_proj', hiddenSize, heads * headDim),
      module('self_attn.k_proj', hiddenSize, keyValueHeads * headDim),
      module('self_attn.v_proj', hiddenSize, keyValueHeads * headDim),
      module('self_attn.o_proj', heads * headDim, hiddenSize),
      module('mlp.gate_proj', hiddenSize, intermediateSize),
      module('mlp.up_proj', hiddenSize, intermediateSize),
      module('mlp.down_proj', intermediateSize, hiddenSize),
    ];
  }).flat();

  const weightShapes = new Map<string, readonly number[]>([
    ['model.embed_tokens.weight', [vocabularySize, hiddenSize]],
    ['model.norm.weight', [hiddenSize]],
  ]);
  if (!tied) weightShapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  for (let layer = 0; layer < layers; layer++) {
    weightShapes.set(`model.layers.${layer}.input_layernorm.weight`, [hiddenSize]);
    weightShapes.set(`model.layers.${layer}.post_attention_layernorm.weight`, [hiddenSize]);
  }
  for (const { name, inputSize, outputSize } of linearModules) {
    weightShapes.set(`${name}.weight`, [outputSize, inputSize]);
    const biased = name.includes('self_attn') ? attentionBias : mlpBias;
    if (biased) weightShapes.set(`${name}.bias`, [outputSize]);
  }

  const attention = (scope: Scope, layer: number, input: Value, inputs: DecoderInputs) => {
    const module = `model.layers.${layer}.self_attn`;
    const project = (name: string, count: number): Value =>
      splitHeads(linear(scope, `${module}.${name}`, input, { bias: attentionBias }), inputs, count, headDim);
    const queries = rotate(project('q_proj', heads), inputs);
    const keys = rotate(project('k_proj', keyValueHeads), inputs);
    const values = project('v_proj', keyValueHeads);
    const present = appendKeyValues(inputs.past?.[layer], { keys, values }, inputs.mask);
    const mixed = attend(queries, present, inputs.mask, headDim ** -0.5);
    return { output: linear(scope, `${module}.o_proj`, mixed, { bias: attentionBias }), present };
  };

  return {
    architecture: 'llama',
    layers,
    hiddenSize,
    vocabularySize,
    contextLength: wholeNumber(config, 'max_position_embeddings', 2048),
    keyValueHeads,
    headDim,
    rope: parseRope(config),
    weightShapes,
    linearModules,
    forward(scope, inputs) {
      const norm = (name: string, value: Value): Value =>
        rmsNormalization(value, scope.weight(`${name}.weight`), epsilon);
      const rows = multiplyDimensions(...inputs.inputIds.shape);
      const present: KeyValues[] = [];
      let hidden = gatherRows(scope.weight('model.embed_tokens.weight'), reshape(inputs.inputIds, [rows]));
      for (let layer = 0; layer < layers; layer++) {
        const prefix = `model.layers.${layer}`;
        const attended = attention(scope, layer, norm(`${prefix}.input_layernorm`, hidden), inputs);
        present.push(attended.present);
        hidden = add(hidden, attended.output);
        const normalized = norm(`${prefix}.post_attention_layernorm`, hidden);
        hidden = add(hidden, gatedMlp(scope, `${prefix}.mlp`, normalized, { bias: mlpBias }));
      }
      return { hidden: norm('model.norm', hidden), present };
    },
    head(scope, hidden) {
      const weight = scope.weight(tied ? 'model.embed_tokens.weight' : 'lm_head.weight');
      return gemm(hidden, weight, { transposeRight: true });
    },
  };
}
