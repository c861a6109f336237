/**
 * The rotary families computed a second time: plain loops in float64, written from transformers' modelling files
 * (https://github.com/huggingface/transformers), without a line of the graphs under test.
 */

import { inverseFrequencies, type RopeSettings } from './reference-rope.ts';

/** A configuration in the fields of transformers 5, everything spelled out. */
export interface ReferenceSettings {
  readonly family: 'llama' | 'mistral' | 'qwen2' | 'qwen3' | 'gemma2' | 'gemma3' | 'phi3';
  readonly layers: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headDim: number;
  readonly vocabularySize: number;
  readonly epsilon: number;
  readonly tied: boolean;
  /** Tokens that a sliding layer sees. */
  readonly slidingWindow: number;
  readonly layerTypes: readonly ('full_attention' | 'sliding_attention')[];
  readonly rope: Readonly<Record<'full_attention' | 'sliding_attention', RopeSettings>>;
  readonly scoreScale: number;
  readonly scoreCap: number | null;
  readonly logitCap: number | null;
  /** What stands before the names of the layers' weights. */
  readonly prefix: string;
}

type Matrix = readonly Float64Array[];
export type ReferenceWeights = ReadonlyMap<string, Float64Array>;

/** Rows times Wᵀ (out, in), plus bias. */
function linear(rows: Matrix, weights: ReferenceWeights, name: string): Matrix {
  const weight = weights.get(`${name}.weight`)!;
  const bias = weights.get(`${name}.bias`);
  return rows.map((row) => {
    const size = row.length;
    return Float64Array.from({ length: weight.length / size }, (_, output) => {
      let sum = bias?.[output] ?? 0;
      for (let input = 0; input < size; input++) sum += row[input]! * weight[output * size + input]!;
      return sum;
    });
  });
}

function rmsNorm(row: Float64Array, weight: Float64Array, epsilon: number, offset: number): Float64Array {
  const meanSquare = row.reduce((sum, value) => sum + value * value, 0) / row.length;
  const inverse = 1 / Math.sqrt(meanSquare + epsilon);
  return row.map((value, index) => value * inverse * (offset + weight[index]!));
}

/** `q * cos + rotate_half(q) * sin` on the first dimensions of a head. */
function rotated(head: Float64Array, position: number, frequencies: Float64Array, factor: number): Float64Array {
  const half = frequencies.length;
  const result = Float64Array.from(head);
  for (let pair = 0; pair < half; pair++) {
    const cosine = Math.cos(position * frequencies[pair]!) * factor;
    const sine = Math.sin(position * frequencies[pair]!) * factor;
    const [first, second] = [head[pair]!, head[pair + half]!];
    result[pair] = first * cosine - second * sine;
    result[pair + half] = second * cosine + first * sine;
  }
  return result;
}

const silu = (value: number): number => value / (1 + Math.exp(-value));
const geluTanh = (value: number): number =>
  0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
const capped = (value: number, cap: number | null): number => (cap === null ? value : cap * Math.tanh(value / cap));
const part = (rows: Matrix, start: number, size: number): Matrix =>
  rows.map((row) => row.subarray(start, start + size));
const added = (a: Matrix, b: Matrix): Matrix => a.map((row, at) => row.map((value, index) => value + b[at]![index]!));

/**
 * Logits of every position, (tokens) of (vocabulary).
 * @param textLength the length that decides on the frequencies; the ids' own where it is left out
 */
export function referenceLogits(
  settings: ReferenceSettings,
  weights: ReferenceWeights,
  ids: readonly number[],
  textLength = ids.length,
): Matrix {
  const { hiddenSize, heads, keyValueHeads, headDim, epsilon, prefix } = settings;
  const isGemma = settings.family.startsWith('gemma');
  const offset = isGemma ? 1 : 0;
  const [querySize, keySize] = [heads * headDim, keyValueHeads * headDim];
  const norm = (rows: Matrix, name: string): Matrix =>
    rows.map((row) => rmsNorm(row, weights.get(`${name}.weight`)!, epsilon, offset));
  const embeddings = weights.get(`${prefix}.embed_tokens.weight`)!;
  const embeddingScale = isGemma ? Math.fround(Math.sqrt(hiddenSize)) : 1;
  let hidden: Matrix = ids.map((id) =>
    Float64Array.from(embeddings.subarray(id * hiddenSize, (id + 1) * hiddenSize), (value) => value * embeddingScale),
  );

  for (let layer = 0; layer < settings.layers; layer++) {
    const name = `${prefix}.layers.${layer}`;
    const type = settings.layerTypes[layer]!;
    const { frequencies, factor } = inverseFrequencies(settings.rope[type], headDim, textLength);

    const normed = norm(hidden, `${name}.input_layernorm`);
    const projected = (module: string, input: Matrix, ...parts: readonly (readonly [string, number])[]): Matrix[] => {
      if (settings.family !== 'phi3') return parts.map(([part]) => linear(input, weights, `${name}.${part}`));
      const all = linear(input, weights, `${name}.${module}`);
      let start = 0;
      return parts.map(([, size]) => part(all, (start += size) - size, size));
    };
    const [queries, keys, values] = projected(
      'self_attn.qkv_proj',
      normed,
      ['self_attn.q_proj', querySize],
      ['self_attn.k_proj', keySize],
      ['self_attn.v_proj', keySize],
    ) as [Matrix, Matrix, Matrix];
    const headOf = (row: Float64Array, head: number, position: number, normName: string): Float64Array => {
      const plain = row.subarray(head * headDim, (head + 1) * headDim);
      const weight = weights.get(`${name}.self_attn.${normName}.weight`);
      return rotated(weight ? rmsNorm(plain, weight, epsilon, offset) : plain, position, frequencies, factor);
    };
    const turnedKeys = keys.map((row, position) =>
      Array.from({ length: keyValueHeads }, (_, head) => headOf(row, head, position, 'k_norm')),
    );
    const mixed = queries.map((row, position) => {
      const result = new Float64Array(querySize);
      const first = type === 'sliding_attention' ? Math.max(0, position - settings.slidingWindow + 1) : 0;
      for (let head = 0; head < heads; head++) {
        const query = headOf(row, head, position, 'q_norm');
        const shared = Math.floor(head / (heads / keyValueHeads));
        const scores: number[] = [];
        for (let key = first; key <= position; key++) {
          const product = turnedKeys[key]![shared]!.reduce((sum, value, index) => sum + value * query[index]!, 0);
          scores.push(capped(product * settings.scoreScale, settings.scoreCap));
        }
        const largest = Math.max(...scores);
        const exponentials = scores.map((score) => Math.exp(score - largest));
        const total = exponentials.reduce((sum, value) => sum + value, 0);
        exponentials.forEach((value, index) => {
          for (let at = 0; at < headDim; at++) {
            result[head * headDim + at]! += (value / total) * values[first + index]![shared * headDim + at]!;
          }
        });
      }
      return result;
    });
    const attended = linear(mixed, weights, `${name}.self_attn.o_proj`);
    hidden = added(hidden, isGemma ? norm(attended, `${name}.post_attention_layernorm`) : attended);

    const beforeMlp = norm(hidden, `${name}.${isGemma ? 'pre_feedforward' : 'post_attention'}_layernorm`);
    const size = settings.intermediateSize;
    const [gate, up] = projected('mlp.gate_up_proj', beforeMlp, ['mlp.gate_proj', size], ['mlp.up_proj', size]) as [
      Matrix,
      Matrix,
    ];
    const activation = isGemma ? geluTanh : silu;
    const inner = gate.map((row, at) => row.map((value, index) => activation(value) * up[at]![index]!));
    const fed = linear(inner, weights, `${name}.mlp.down_proj`);
    hidden = added(hidden, isGemma ? norm(fed, `${name}.post_feedforward_layernorm`) : fed);
  }

  const head = new Map([['head.weight', settings.tied ? embeddings : weights.get('lm_head.weight')!]]);
  return linear(norm(hidden, `${prefix}.norm`), head, 'head').map((row) =>
    row.map((value) => capped(value, settings.logitCap)),
  );
}
