/**
 * The decoder that most families share: rotary positions, grouped-query attention, gated feed-forward, RMS norms.
 * A family's file reads its configuration into these options; what differs between families is named here, once.
 */

import { multiplyDimensions } from '../graph/dimension.ts';
import type { Value } from '../graph/graph.ts';
import type { KeyValues } from '../nn/attention.ts';
import { embed, linear, linears, type NormBefore, product } from '../nn/linear.ts';
import { type Activation, gatedMlp } from '../nn/mlp.ts';
import { firstPosition, type Rope } from '../nn/rope.ts';
import type { Rotary } from '../nn/rotary.ts';
import type { Scope } from '../nn/scope.ts';
import { add, reshape, rmsNormalization, scale, softcap, split } from '../ops/index.ts';
import type { Decoder, DecoderInputs, LinearModule } from './decoder.ts';

export interface RotaryDecoderOptions {
  /** `model_type` of config.json. */
  readonly architecture: string;
  /** What stands before the names of all weights but the output head's. */
  readonly prefix: string;
  readonly checkpointNames: Decoder['checkpointNames'];
  readonly unservedModules: Decoder['unservedModules'];
  readonly layers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  readonly vocabularySize: number;
  readonly contextLength: number;
  /** Added to the mean square in every norm. */
  readonly epsilon: number;
  readonly rope: Rope;
  /** The rope of sliding layers where they have one of their own (Gemma 3). */
  readonly slidingRope: Rope | null;
  /** The output head is the embedding table. */
  readonly tiedEmbeddings: boolean;
  readonly queryKeyValueBias: boolean;
  readonly outputBias: boolean;
  readonly mlpBias: boolean;
  /** RMS norm on each head's queries and keys (Qwen 3). */
  readonly queryKeyNorm: boolean;
  /** Scores are queries·keys times this, usually 1/√headDim. */
  readonly scoreScale: number;
  /** Scores are squeezed into ±cap by tanh (Gemma 2); null: not. */
  readonly scoreCap: number | null;
  /** The same for the logits. */
  readonly logitCap: number | null;
  readonly activation: Activation;
  /** Norms multiply by 1 + weight (Gemma). */
  readonly unitOffsetNorms: boolean;
  /** Norms also behind attention and feed-forward (Gemma 2). */
  readonly sandwichNorms: boolean;
  /** Embeddings are multiplied by this (Gemma: √hidden). */
  readonly embeddingScale: number;
  /** One matrix for q, k, v and one for gate and up (Phi 3). */
  readonly fusedProjections: boolean;
  /** Tokens that a sliding layer sees, itself included; null: all layers see everything. */
  readonly slidingWindow: number | null;
  readonly isSliding: (layer: number) => boolean;
}

/** What most families leave as it is. */
export const plainOptions = {
  prefix: 'model',
  // Some files hold the model without its head, whose names lack the first part.
  checkpointNames: (weight) => [weight, weight.replace(/^model\./, '')],
  unservedModules: null,
  slidingRope: null,
  queryKeyValueBias: false,
  outputBias: false,
  mlpBias: false,
  queryKeyNorm: false,
  scoreCap: null,
  logitCap: null,
  activation: 'silu',
  unitOffsetNorms: false,
  sandwichNorms: false,
  embeddingScale: 1,
  fusedProjections: false,
  slidingWindow: null,
  isSliding: () => false,
} as const satisfies Partial<RotaryDecoderOptions>;

/** Builds the decoder that the options describe. */
export function rotaryDecoder(options: RotaryDecoderOptions): Decoder {
  const { layers, hiddenSize, heads, keyValueHeads, headDim, vocabularySize } = options;
  const linearModules = Array.from({ length: layers }, (_, layer) => layerModules(options, layer)).flat();
  const embedding = `${options.prefix}.embed_tokens.weight`;
  const headWeight = options.tiedEmbeddings ? embedding : 'lm_head.weight';
  const querySize = heads * headDim;
  const keySize = keyValueHeads * headDim;

  const gain = (scope: Scope, name: string): Value => {
    const weight = scope.weight(`${name}.weight`);
    return options.unitOffsetNorms ? add(weight, scope.graph.scalar(1)) : weight;
  };

  const norm = (scope: Scope, name: string, value: Value): Value =>
    rmsNormalization(value, gain(scope, name), options.epsilon);

  const normBefore = (scope: Scope, place: 'beforeAttention' | 'beforeMlp'): NormBefore => ({
    gain: (module) => gain(scope, normNames(options, layerOf(module))[place]),
    epsilon: options.epsilon,
  });

  /** Of what the norm before attention gives. */
  const projections = (scope: Scope, module: string, input: Value): readonly [Value, Value, Value] => {
    const reading = { bias: options.queryKeyValueBias, norm: normBefore(scope, 'beforeAttention') };
    const names = options.fusedProjections ? ['qkv_proj'] : ['q_proj', 'k_proj', 'v_proj'];
    const modules = names.map((name) => `${module}.${name}`);
    const projected = linears(scope, modules, input, reading);
    const parts = options.fusedProjections ? split(projected[0]!, 1, [querySize, keySize, keySize]) : projected;
    return [parts[0]!, parts[1]!, parts[2]!];
  };

  /** Normalises each head of queries or keys (rows, count*headDim) where the family does. */
  const headNorm = (scope: Scope, name: string, value: Value, count: number): Value => {
    if (!options.queryKeyNorm) return value;
    const byHead = reshape(value, [multiplyDimensions(value.shape[0]!, count), headDim]);
    return reshape(norm(scope, name, byHead), value.shape);
  };

  const attention = (scope: Scope, layer: number, input: Value, inputs: DecoderInputs, sight: Sight) => {
    const module = `${options.prefix}.layers.${layer}.self_attn`;
    const [queries, keys, values] = projections(scope, module, input);
    const projected = {
      queries: headNorm(scope, `${module}.q_norm`, queries, heads),
      keys: headNorm(scope, `${module}.k_norm`, keys, keyValueHeads),
      values,
    };
    const { mixed, added } = inputs.attention(projected, { ...options, ...sight, layer });
    return { output: linear(scope, `${module}.o_proj`, mixed, { bias: options.outputBias }), added };
  };

  return {
    architecture: options.architecture,
    layers,
    hiddenSize,
    vocabularySize,
    contextLength: options.contextLength,
    heads,
    keyValueHeads,
    headDim,
    slidingWindow: options.slidingWindow,
    scoreCap: options.scoreCap,
    fanInFanOut: false,
    unservedModules: options.unservedModules,
    weightShapes: weightShapes(options, linearModules, embedding),
    embeddingWeight: embedding,
    checkpointNames: options.checkpointNames,
    linearModules,
    ropes: options.slidingRope ? [options.rope, options.slidingRope] : [options.rope],
    firstPosition: (tokens) => firstPosition(options.rope, tokens),
    forward(scope, inputs) {
      const rows = multiplyDimensions(...inputs.inputIds.shape);
      const embedded = embed(scope, embedding, reshape(inputs.inputIds, [rows]));
      const full: Sight = { window: null, rotary: inputs.rotary(options.rope) };
      const sliding: Sight = {
        window: options.slidingWindow,
        rotary: options.slidingRope ? inputs.rotary(options.slidingRope) : full.rotary,
      };
      const added: KeyValues[] = [];
      const layerInputs: Value[] = [];
      let hidden = options.embeddingScale === 1 ? embedded : scale(embedded, options.embeddingScale);
      for (let layer = 0; layer < layers; layer++) {
        layerInputs.push(hidden);
        const names = normNames(options, layer);
        const sight = options.isSliding(layer) ? sliding : full;
        const attended = attention(scope, layer, hidden, inputs, sight);
        if (attended.added) added.push(attended.added);
        const behind = (name: string | undefined, value: Value): Value => (name ? norm(scope, name, value) : value);
        hidden = add(hidden, behind(names.behindAttention, attended.output));
        const fed = gatedMlp(scope, `${options.prefix}.layers.${layer}.mlp`, hidden, {
          norm: normBefore(scope, 'beforeMlp'),
          bias: options.mlpBias,
          activation: options.activation,
          fused: options.fusedProjections ? options.intermediateSize : null,
        });
        hidden = add(hidden, behind(names.behindMlp, fed));
      }
      return { hidden: norm(scope, `${options.prefix}.norm`, hidden), layerInputs, added };
    },
    head(scope, hidden) {
      const logits = product(scope, headWeight, hidden);
      return options.logitCap === null ? logits : softcap(logits, options.logitCap);
    },
  };
}

/** What a kind of layer sees, and how it turns positions. */
interface Sight {
  readonly window: number | null;
  readonly rotary: Rotary;
}

interface NormNames {
  readonly beforeAttention: string;
  readonly behindAttention?: string;
  readonly beforeMlp: string;
  readonly behindMlp?: string;
}

/** Hugging Face's names: with sandwich norms `post_attention_layernorm` really stands behind attention. */
function normNames({ sandwichNorms, prefix }: RotaryDecoderOptions, layer: number): NormNames {
  const named = (name: string): string => `${prefix}.layers.${layer}.${name}`;
  const beforeAttention = named('input_layernorm');
  if (!sandwichNorms) return { beforeAttention, beforeMlp: named('post_attention_layernorm') };
  return {
    beforeAttention,
    behindAttention: named('post_attention_layernorm'),
    beforeMlp: named('pre_feedforward_layernorm'),
    behindMlp: named('post_feedforward_layernorm'),
  };
}

/** The layer that a module belongs to. */
const layerOf = (module: string): number => Number(/\.layers\.(\d+)\./.exec(module)![1]);

function layerModules(options: RotaryDecoderOptions, layer: number): readonly LinearModule[] {
  const { hiddenSize, intermediateSize, heads, keyValueHeads, headDim } = options;
  const [querySize, keySize] = [heads * headDim, keyValueHeads * headDim];
  const module = (name: string, inputSize: number, outputSize: number, bias: boolean): LinearModule => {
    return { name: `${options.prefix}.layers.${layer}.${name}`, inputSize, outputSize, bias };
  };
  const { queryKeyValueBias: bias, outputBias, mlpBias } = options;
  const attention = options.fusedProjections
    ? [module('self_attn.qkv_proj', hiddenSize, querySize + 2 * keySize, bias)]
    : [
        module('self_attn.q_proj', hiddenSize, querySize, bias),
        module('self_attn.k_proj', hiddenSize, keySize, bias),
        module('self_attn.v_proj', hiddenSize, keySize, bias),
      ];
  const gates = options.fusedProjections
    ? [module('mlp.gate_up_proj', hiddenSize, 2 * intermediateSize, mlpBias)]
    : [
        module('mlp.gate_proj', hiddenSize, intermediateSize, mlpBias),
        module('mlp.up_proj', hiddenSize, intermediateSize, mlpBias),
      ];
  return [
    ...attention,
    module('self_attn.o_proj', querySize, hiddenSize, outputBias),
    ...gates,
    module('mlp.down_proj', intermediateSize, hiddenSize, mlpBias),
  ];
}

function weightShapes(
  options: RotaryDecoderOptions,
  modules: readonly LinearModule[],
  embedding: string,
): ReadonlyMap<string, readonly number[]> {
  const { hiddenSize, vocabularySize, headDim, layers } = options;
  const shapes = new Map<string, readonly number[]>([
    [embedding, [vocabularySize, hiddenSize]],
    [`${options.prefix}.norm.weight`, [hiddenSize]],
  ]);
  if (!options.tiedEmbeddings) shapes.set('lm_head.weight', [vocabularySize, hiddenSize]);
  for (let layer = 0; layer < layers; layer++) {
    for (const name of Object.values(normNames(options, layer))) shapes.set(`${name}.weight`, [hiddenSize]);
    if (!options.queryKeyNorm) continue;
    for (const name of ['q_norm', 'k_norm']) {
      shapes.set(`${options.prefix}.layers.${layer}.self_attn.${name}.weight`, [headDim]);
    }
  }
  for (const { name, inputSize, outputSize, bias } of modules) {
    shapes.set(`${name}.weight`, [outputSize, inputSize]);
    if (bias) shapes.set(`${name}.bias`, [outputSize]);
  }
  return shapes;
}
