/** GGUF files of the measured shape, so that llama.cpp does the same work: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

import { open } from 'node:fs/promises';
import type { Decoder, ModelConfig } from '../../../native-models/architectures/index.ts';
import { floatToF16 } from '../../../native-models/weights/dtypes.ts';

/** GGML's numbers for the element types, with the elements and bytes of their blocks. */
const types = {
  F32: { id: 0, elements: 1, bytes: 4 },
  Q4_0: { id: 2, elements: 32, bytes: 18 },
  Q8_0: { id: 8, elements: 32, bytes: 34 },
} as const;
const alignment = 32;

interface GgufTensor {
  readonly name: string;
  readonly type: keyof typeof types;
  /** Innermost axis first, as GGML counts. */
  readonly shape: readonly number[];
}

type Entry = number | string | { readonly float: number } | readonly string[] | readonly number[];

const uint32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
};
const uint64 = (value: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
};
const float32 = (value: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
};
const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.byteLength), bytes]);
};

/** Value types: 4 uint32, 5 int32, 6 float32, 8 string, 9 array. */
function encode(entry: Entry): Buffer {
  if (typeof entry === 'number') return Buffer.concat([uint32(4), uint32(entry)]);
  if (typeof entry === 'string') return Buffer.concat([uint32(8), text(entry)]);
  if ('float' in entry) return Buffer.concat([uint32(6), float32(entry.float)]);
  const strings = typeof entry[0] === 'string';
  const items = entry.map((item) => (typeof item === 'string' ? text(item) : uint32(item)));
  return Buffer.concat([uint32(9), uint32(strings ? 8 : 5), uint64(entry.length), ...items]);
}

function sizeOf({ type, shape }: GgufTensor): number {
  const { elements, bytes } = types[type];
  return (shape.reduce((product, size) => product * size, 1) / elements) * bytes;
}

/** Bytes whose values stay small: noise under one scale in blocks, small numbers or ones in float32. */
function fill(tensor: GgufTensor): Buffer {
  const data = Buffer.alloc(sizeOf(tensor));
  if (tensor.type === 'F32') {
    const value = tensor.name.includes('norm')
      ? () => 1
      : (index: number) => 0.02 * (((index * 7919) % 101) / 101 - 0.5);
    for (let index = 0; index < data.length / 4; index++) data.writeFloatLE(value(index), index * 4);
    return data;
  }
  const { bytes } = types[tensor.type];
  const scale = floatToF16(tensor.type === 'Q4_0' ? 0.0025 : 0.00016);
  for (let index = 0; index < data.length; index++) data[index] = (index * 2654435761) >>> 13;
  for (let at = 0; at < data.length; at += bytes) data.writeUInt16LE(scale, at);
  return data;
}

async function writeGguf(
  path: string,
  entries: Readonly<Record<string, Entry>>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  let offset = 0;
  const infos = tensors.map((tensor) => {
    const { name, shape, type } = tensor;
    const info = [text(name), uint32(shape.length), ...shape.map(uint64), uint32(types[type].id), uint64(offset)];
    offset += Math.ceil(sizeOf(tensor) / alignment) * alignment;
    return Buffer.concat(info);
  });
  const pairs = Object.entries(entries).map(([key, entry]) => Buffer.concat([text(key), encode(entry)]));
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensors.length),
    uint64(pairs.length),
    ...pairs,
    ...infos,
  ]);
  const pad = (bytes: number): Buffer => Buffer.alloc((alignment - (bytes % alignment)) % alignment);
  const file = await open(path, 'w');
  try {
    await file.write(Buffer.concat([head, pad(head.byteLength)]));
    for (const tensor of tensors) {
      const data = fill(tensor);
      await file.write(Buffer.concat([data, pad(data.byteLength)]));
    }
  } finally {
    await file.close();
  }
}

/** llama.cpp's names of a layer's linear modules. */
const moduleNames: Readonly<Record<string, string>> = {
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
};

function nameOf(module: string): string {
  const [, layer, rest] = /\.(\d+)\.(.+)$/.exec(module)!;
  return `blk.${layer}.${moduleNames[rest!]}`;
}

/**
 * A Qwen 2 model as `llama-quantize` makes Q4_0 ones: linear layers in Q4_0, the embedding, which is the head too, in
 * Q8_0 (rows of 896 do not fill the larger blocks of Q6_K), norms and biases in F32.
 */
export async function writeModel(path: string, decoder: Decoder, config: ModelConfig): Promise<void> {
  const { hiddenSize, layers, vocabularySize } = decoder;
  const number = (field: string): number => config[field] as number;
  const vector = (name: string, size: number): GgufTensor => ({ name, type: 'F32', shape: [size] });
  const tensors: GgufTensor[] = [
    { name: 'token_embd.weight', type: 'Q8_0', shape: [hiddenSize, vocabularySize] },
    vector('output_norm.weight', hiddenSize),
    ...Array.from({ length: layers }, (_, layer) => [
      vector(`blk.${layer}.attn_norm.weight`, hiddenSize),
      vector(`blk.${layer}.ffn_norm.weight`, hiddenSize),
    ]).flat(),
    ...decoder.linearModules.flatMap(({ name, inputSize, outputSize, bias }): GgufTensor[] => [
      { name: `${nameOf(name)}.weight`, type: 'Q4_0', shape: [inputSize, outputSize] },
      ...(bias ? [vector(`${nameOf(name)}.bias`, outputSize)] : []),
    ]),
  ];
  const tokens = Array.from({ length: vocabularySize }, (_, id) => `t${id}`);
  tokens[0] = 'Ċ';
  await writeGguf(
    path,
    {
      'general.architecture': 'qwen2',
      'general.name': 'random',
      'qwen2.block_count': layers,
      'qwen2.context_length': decoder.contextLength,
      'qwen2.embedding_length': hiddenSize,
      'qwen2.feed_forward_length': number('intermediate_size'),
      'qwen2.attention.head_count': number('num_attention_heads'),
      'qwen2.attention.head_count_kv': number('num_key_value_heads'),
      'qwen2.rope.freq_base': { float: number('rope_theta') },
      'qwen2.attention.layer_norm_rms_epsilon': { float: number('rms_norm_eps') },
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.ggml.pre': 'qwen2',
      'tokenizer.ggml.tokens': tokens,
      'tokenizer.ggml.token_type': tokens.map(() => 1),
      'tokenizer.ggml.merges': ['t 1'],
      'tokenizer.ggml.eos_token_id': vocabularySize - 1,
    },
    tensors,
  );
}

/** A LoRA adapter on every linear layer, in F32. */
export async function writeAdapter(path: string, decoder: Decoder, rank: number): Promise<void> {
  const tensors = decoder.linearModules.flatMap(({ name, inputSize, outputSize }): GgufTensor[] => [
    { name: `${nameOf(name)}.weight.lora_a`, type: 'F32', shape: [inputSize, rank] },
    { name: `${nameOf(name)}.weight.lora_b`, type: 'F32', shape: [rank, outputSize] },
  ]);
  await writeGguf(
    path,
    {
      'general.architecture': 'qwen2',
      'general.type': 'adapter',
      'adapter.type': 'lora',
      'adapter.lora.alpha': { float: 2 * rank },
    },
    tensors,
  );
}
