/** Configurations as makers publish them: what is read, and what is refused by name before anything is loaded. */

import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decoderFromConfig } from '../../../native-models/architectures/index.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { continueText } from '../../../native-models/generate/continue.ts';
import { logitsOf } from '../../../native-models/generate/logits.ts';
import { inspectModel } from '../../../native-models/models/inspect.ts';
import { measureExamples } from '../../../native-models/train/measure.ts';
import { firstPosition, rotations } from '../../../native-models/nn/rope.ts';
import { readRope, ropeSection, ropeTypes } from '../../../native-models/architectures/rope-config.ts';
import { floatsOf } from '../../../native-models/runtime/tensor.ts';
import { openSafetensors, readBytes, writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';
import { largestDifference, openGolden, recordedLogits } from '../goldens/golden.ts';

const llama = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 384,
};

const gpt2 = { model_type: 'gpt2', n_layer: 1, n_head: 2, n_embd: 64, n_positions: 64 };

describe('refused by name', () => {
  const longList = Array.from({ length: 48 }, () => 1.0299999713897705);
  test.each([
    [{ model_type: 'mixtral' }, 'model_type', 'mixtral'],
    [{ quantization_config: { quant_method: 'gptq', bits: 4 } }, 'quantization_config', 'gptq'],
    [{ hidden_act: 'gelu' }, 'hidden_act', 'gelu'],
    [{ residual_multiplier: 0.22 }, 'residual_multiplier', '0.22'],
    [{ attention_multiplier: 0.015 }, 'attention_multiplier', '0.015'],
    [{ num_key_value_heads: 3 }, 'num_key_value_heads', '3'],
    [{ head_dim: 15 }, 'head_dim', '15'],
    [{ partial_rotary_factor: 0.5 }, 'partial_rotary_factor', '0.5'],
    [{ rope_scaling: 'linear' }, 'rope_scaling', 'linear'],
    [{ rope_scaling: { type: 'mrope', mrope_section: [16, 24, 24] } }, 'rope_scaling.type', 'mrope'],
    [{ rope_parameters: { rope_type: 'proportional' } }, 'rope_parameters.rope_type', 'proportional'],
    [{ rope_scaling: { rope_type: 'linear' } }, 'rope_scaling.factor', 'absent'],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'rope_scaling.low_freq_factor', 'absent'],
    [{ rope_parameters: { full_attention: {} } }, 'rope_parameters.full_attention', '{}'],
    [{ model_type: 'phi3', rope_scaling: { type: 'linear', factor: 2 } }, 'rope_scaling.type', 'linear'],
    [
      { model_type: 'phi3', rope_scaling: { type: 'longrope', short_factor: longList, long_factor: longList } },
      'rope_scaling.short_factor',
      `${JSON.stringify(longList).slice(0, 60)}…`,
    ],
    [{ model_type: 'qwen2', use_mrope: true }, 'use_mrope', 'true'],
    [{ model_type: 'gemma3_text', use_bidirectional_attention: true }, 'use_bidirectional_attention', 'true'],
    [{ model_type: 'gemma3_text', rope_scaling: { type: 'dynamic', factor: 2 } }, 'rope_scaling.type', 'dynamic'],
    [{ model_type: 'gemma3' }, 'text_config', 'absent'],
    [{ rms_norm_eps: 1e300 }, 'rms_norm_eps', '1e+300'],
    [{ rms_norm_eps: 2 }, 'rms_norm_eps', '2'],
    [{ rms_norm_eps: 1e-300 }, 'rms_norm_eps', '1e-300'],
    [{ rms_norm_eps: 0 }, 'rms_norm_eps', '0'],
    [{ rms_norm_eps: '1e-6' }, 'rms_norm_eps', '1e-6'],
    [{ ...gpt2, layer_norm_epsilon: 1e300 }, 'layer_norm_epsilon', '1e+300'],
    [{ rope_theta: 1e300 }, 'rope_theta', '1e+300'],
    [{ rope_theta: 1e-9 }, 'rope_theta', '1e-9'],
    [{ rope_parameters: { rope_theta: 1e13 } }, 'rope_parameters.rope_theta', '10000000000000'],
    [{ rope_scaling: { rope_type: 'linear', factor: 1e300 } }, 'rope_scaling.factor', '1e+300'],
    [
      { rope_scaling: { rope_type: 'yarn', factor: 2, attention_factor: 1e-300 } },
      'rope_scaling.attention_factor',
      '1e-300',
    ],
    [{ model_type: 'gemma3_text', rope_local_base_freq: 1e300 }, 'rope_local_base_freq', '1e+300'],
    [{ model_type: 'gemma2', query_pre_attn_scalar: 1e300 }, 'query_pre_attn_scalar', '1e+300'],
    [{ model_type: 'gemma2', final_logit_softcapping: 1e-300 }, 'final_logit_softcapping', '1e-300'],
  ])('%j', (fields, field, value) => {
    const read = () => decoderFromConfig({ ...llama, ...fields });
    expect(read).toThrow(expect.objectContaining({ code: 'model-unsupported' }));
    expect(read).toThrow(expect.objectContaining({ values: expect.objectContaining({ field, value }) as unknown }));
  });
});

describe('read as transformers reads them', () => {
  test('null stands for a field that is left out', () => {
    const decoder = decoderFromConfig({
      ...llama,
      head_dim: null,
      rope_scaling: null,
      rope_parameters: null,
      quantization_config: null,
      num_key_value_heads: null,
    });
    expect(decoder).toMatchObject({ headDim: 16, keyValueHeads: 4, contextLength: 2048 });
  });

  test("a Gemma 3 folder as Google's own, which leaves most fields out", () => {
    const decoder = decoderFromConfig({
      model_type: 'gemma3',
      text_config: {
        hidden_size: 2560,
        intermediate_size: 10_240,
        model_type: 'gemma3_text',
        num_hidden_layers: 34,
        rope_scaling: { factor: 8.0, rope_type: 'linear' },
        sliding_window: 1024,
      },
      eos_token_id: [1, 106],
    });
    expect(decoder).toMatchObject({ vocabularySize: 262_208, headDim: 256, keyValueHeads: 4, slidingWindow: 1024 });
    expect(decoder.linearModules[0]?.name).toBe('model.language_model.layers.0.self_attn.q_proj');
    expect(decoder.weightShapes.has('lm_head.weight')).toBe(false);
  });

  test('a Mistral without sliding_window has the window of its first release, null none', () => {
    expect(decoderFromConfig({ ...llama, model_type: 'mistral', num_key_value_heads: 2 }).slidingWindow).toBe(4096);
    expect(
      decoderFromConfig({ ...llama, model_type: 'mistral', num_key_value_heads: 2, sliding_window: null })
        .slidingWindow,
    ).toBeNull();
  });
});

describe('rotary frequencies', () => {
  const rope = (config: Record<string, unknown>, headDim = 128, positions = 131_072) =>
    readRope(config, ropeSection(config), { headDim, positions, types: ropeTypes, partial: true });

  test('Llama 3.1 keeps fast pairs, squeezes slow ones eight times', () => {
    const { rope: llama3 } = rope({
      rope_theta: 500_000,
      rope_scaling: {
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 8192,
        rope_type: 'llama3',
      },
    });
    // Wavelength below 2048 positions, above 8192, and between.
    expect(llama3.frequencies[0]).toBe(1);
    expect(llama3.frequencies[63]).toBeCloseTo(500_000 ** (-126 / 128) / 8, 15);
    const plain = 500_000 ** (-64 / 128);
    const kept = ((8192 * plain) / (2 * Math.PI) - 1) / 3;
    expect(llama3.frequencies[32]).toBeCloseTo(((1 - kept) * plain) / 8 + kept * plain, 15);
  });

  test('YaRN as Qwen 2.5 describes it reaches four times as far', () => {
    const { rope: yarn, contextLength } = rope(
      {
        rope_theta: 1_000_000,
        rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32_768 },
      },
      128,
      32_768,
    );
    expect(contextLength).toBe(131_072);
    expect(yarn.attentionFactor).toBeCloseTo(0.1 * Math.log(4) + 1, 12);
    // 32 turns in 32,768 positions lie at pair 23.6, one turn at 39.6: pairs to 23 are kept, from 40 on squeezed.
    expect(yarn.frequencies[23]).toBeCloseTo(1_000_000 ** (-46 / 128), 15);
    expect(yarn.frequencies[40]).toBeCloseTo(1_000_000 ** (-80 / 128) / 4, 15);
    const ramp = (30 - 23) / (40 - 23);
    expect(yarn.frequencies[30]).toBeCloseTo(1_000_000 ** (-60 / 128) * (ramp / 4 + 1 - ramp), 15);
  });

  test('LongRoPE of Phi 3.5: the published attention factor, and frequencies of its own for each length', () => {
    const { rope: long } = rope(
      {
        rope_theta: 10_000,
        original_max_position_embeddings: 4096,
        rope_scaling: { type: 'longrope', short_factor: Array(48).fill(1.1), long_factor: Array(48).fill(2.2) },
      },
      96,
    );
    expect(long.attentionFactor).toBeCloseTo(1.190238, 6);
    expect([4096, 4097].map((tokens) => firstPosition(long, tokens))).toEqual([0, 4096]);
    const at = (position: number): number => rotations(long, [1, position]).cosine[48]! / long.attentionFactor;
    expect(at(7)).toBeCloseTo(Math.cos(7 / 1.1), 6);
    expect(at(4096)).toBeCloseTo(1, 6);
    expect(at(4096 + 7)).toBeCloseTo(Math.cos(7 / 2.2), 6);
  });
});

describe("GPT-2 as OpenAI's own folder: names without prefix, buffers beside the weights, no chat template", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gpt2-'));
    const { tensors } = await openSafetensors(goldenPath('gpt2', 'model.safetensors'));
    const weights = await Promise.all(
      [...tensors.values()].map(async (tensor) => {
        return { ...tensor, name: tensor.name.replace('transformer.', ''), data: await readBytes(tensor) };
      }),
    );
    const buffer = { name: 'h.0.attn.bias', dtype: 'F32' as const, shape: [1, 1, 2, 2], data: new Float32Array(4) };
    await writeSafetensors(join(folder, 'model.safetensors'), [...weights, buffer]);
    for (const file of ['config.json', 'tokenizer.json']) await cp(goldenPath('gpt2', file), join(folder, file));
    await writeFile(join(folder, 'tokenizer_config.json'), '{"model_max_length": 1024}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('computes the recorded logits, with PEFT’s names for adapters', async () => {
    const golden = await openGolden('gpt2');
    const model = await openModelFolder(folder);
    const { ids } = golden.sequences[0]!;
    for (const [tensor, adapter] of [
      ['logits', null],
      ['logits_lora_final', goldenPath('gpt2', 'lora_final')],
    ] as const) {
      const logits = floatsOf(await logitsOf(model, ids, adapter, 'cpu'));
      expect(largestDifference(logits, await recordedLogits(golden, tensor, 0))).toBeLessThan(1e-5);
    }
  });

  test('is inspected and goes on from plain text; questions and answers are refused', async () => {
    expect(await inspectModel({ directory: folder, plainTexts: true })).toMatchObject({
      architecture: 'gpt2',
      vocabularySize: 384,
    });
    await expect(inspectModel({ directory: folder })).rejects.toMatchObject({ code: 'template-missing' });
    const job = { modelDirectory: folder, adapterDirectory: null, device: 'cpu', precision: 'f32' } as const;
    const sampling = { maxNewTokens: 3, temperature: 0, topP: 1, seed: 0, ignoreEndOfTurn: true };
    const answer = await continueText({ ...job, start: { prompt: 'line 3' }, sampling });
    expect(answer.ids).toHaveLength(3);
    const chat = continueText({ ...job, start: { messages: [{ role: 'user', content: 'line 3' }] }, sampling });
    await expect(chat).rejects.toMatchObject({ code: 'template-missing' });
    const example = { id: '1', question: 'Which line?', answer: '3' };
    await expect(measureExamples({ directory: folder, examples: [example], maxTokens: 64 })).rejects.toMatchObject({
      code: 'template-missing',
    });
  });
});
