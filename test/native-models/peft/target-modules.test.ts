import { describe, expect, test } from 'vitest';
import { loraConfig } from '../../../native-models/peft/config.ts';
import type { LoraConfig } from '../../../native-models/peft/config.ts';
import { alphaOf, isTarget, rankOf, scalingOf, selectTargets } from '../../../native-models/peft/target-modules.ts';

const types = ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.up_proj'];
const modules = [0, 1, 2, 10].flatMap((layer) => types.map((type) => `model.layers.${layer}.${type}`));
const config = (fields: Partial<LoraConfig>) => loraConfig({ target_modules: 'all-linear', ...fields });
const selected = (fields: Partial<LoraConfig>) => modules.filter((module) => isTarget(config(fields), module));

describe('target_modules', () => {
  test('a list matches ends after a dot, and whole names', () => {
    expect(selected({ target_modules: ['q_proj'] }).length).toBe(4);
    expect(selected({ target_modules: ['self_attn.q_proj'] }).length).toBe(4);
    expect(selected({ target_modules: ['proj', 'attn.q_proj'] })).toEqual([]);
    expect(selected({ target_modules: ['model.layers.1.mlp.up_proj'] })).toEqual(['model.layers.1.mlp.up_proj']);
  });

  test('a text matches the whole name as a regular expression', () => {
    expect(selected({ target_modules: String.raw`.*\.(0|1)\..*q_proj` }).length).toBe(2);
    expect(selected({ target_modules: 'q_proj' })).toEqual([]);
    expect(selected({ target_modules: 'a|.*v_proj' }).length).toBe(4);
  });

  test('all-linear is everything the model offers, in any case', () => {
    expect(selected({ target_modules: 'all-linear' })).toEqual(modules);
    expect(selected({ target_modules: 'All-Linear' })).toEqual(modules);
  });

  test('exclude_modules goes first', () => {
    expect(selected({ exclude_modules: ['up_proj'] }).length).toBe(8);
    expect(selected({ exclude_modules: String.raw`.*layers\.10\..*` }).length).toBe(9);
    expect(selected({ exclude_modules: [] })).toEqual(modules);
  });

  test('layers_to_transform limits lists, but not modules named in full', () => {
    const targets = { target_modules: ['q_proj', 'model.layers.10.mlp.up_proj'] };
    expect(selected({ ...targets, layers_to_transform: [0, 2] })).toEqual([
      'model.layers.0.self_attn.q_proj',
      'model.layers.2.self_attn.q_proj',
      'model.layers.10.mlp.up_proj',
    ]);
    const all = { target_modules: ['q_proj'] };
    expect(selected({ ...all, layers_to_transform: 1 }).length).toBe(1);
    expect(selected({ ...all, layers_to_transform: 0 }).length).toBe(1);
    expect(selected({ ...all, layers_to_transform: [] }).length).toBe(4);
    expect(selected({ ...all, layers_to_transform: 1, layers_pattern: 'layers' }).length).toBe(1);
    expect(selected({ ...all, layers_to_transform: 1, layers_pattern: ['h', 'layers'] }).length).toBe(1);
    expect(selected({ ...all, layers_to_transform: 1, layers_pattern: ['h'] })).toEqual([]);
  });
});

describe('selecting what to train', () => {
  test('keeps the order of the model', () => {
    expect(selectTargets(config({}), modules)).toEqual(modules);
    expect(selectTargets(config({ target_modules: ['v_proj', 'q_proj'] }), modules).slice(0, 2)).toEqual(
      modules.slice(0, 2),
    );
  });

  test.each([
    [['q_proj', 'w_proj'], 'w_proj'],
    [[], ''],
    ['nothing', 'nothing'],
    ['(', '('],
  ])('%j is refused', (target_modules, value) => {
    expect(() => selectTargets(config({ target_modules }), modules)).toThrowError(
      expect.objectContaining({
        code: 'setting-invalid',
        values: expect.objectContaining({ value }) as object,
      }) as Error,
    );
  });
});

describe('rank, alpha and scaling of one module', () => {
  const patterned = config({
    r: 8,
    lora_alpha: 16,
    rank_pattern: { q_proj: 2, 'layers.1.*': 4 },
    alpha_pattern: { '^model.layers.0.mlp.up_proj': 32 },
  });

  test('the first pattern that fits the end of the name counts', () => {
    expect(rankOf(patterned, 'model.layers.1.self_attn.q_proj')).toBe(2);
    expect(rankOf(patterned, 'model.layers.1.mlp.up_proj')).toBe(4);
    expect(rankOf(patterned, 'model.layers.2.mlp.up_proj')).toBe(8);
    expect(rankOf(config({ rank_pattern: { proj: 2 } }), 'model.layers.2.mlp.up_proj')).toBe(8);
  });

  test('a pattern may be anchored at the beginning', () => {
    expect(alphaOf(patterned, 'model.layers.0.mlp.up_proj')).toBe(32);
    expect(alphaOf(patterned, 'x.model.layers.0.mlp.up_proj')).toBe(16);
  });

  test('scaling is alpha / rank, or alpha / √rank', () => {
    expect(scalingOf(patterned, 'model.layers.0.self_attn.q_proj')).toBe(8);
    expect(scalingOf({ ...patterned, use_rslora: true }, 'model.layers.1.mlp.up_proj')).toBe(8);
  });
});
