import { describe, expect, test } from 'vitest';
import { presetSettings } from '../../../src-main/domain/presets.ts';

const starter = { parameters: 5_800_000, contextLength: 512 };
const large = { parameters: 100_000_000, contextLength: 32_768 };
const thoroughnesses = ['quick', 'standard', 'thorough'] as const;

describe('presets', () => {
  test('every one of them goes on until it is known, and allows more than the one before', () => {
    for (const model of [starter, large]) {
      const settings = thoroughnesses.map((preset) => presetSettings(preset, model));
      const passes = settings.map(({ epochs }) => epochs);
      expect(passes).toEqual(passes.toSorted((a, b) => a - b));
      expect(new Set(passes).size).toBe(3);
      for (const { untilKnown } of settings) expect(untilKnown).toBeDefined();
    }
  });

  test('the preset that is offered first takes less than 300 seconds on a small model', () => {
    expect(presetSettings('standard', starter).untilKnown?.seconds).toBeLessThanOrEqual(280);
    expect(presetSettings('expert', starter)).toEqual(presetSettings('standard', starter));
  });

  test('a small model learns fast in a wide adapter from reworded questions, a large one by published recipes', () => {
    expect(presetSettings('standard', starter)).toMatchObject({ rank: 64, reworded: true, maxTokens: 512 });
    const settings = presetSettings('standard', large);
    expect(settings).toMatchObject({ rank: 16, alpha: 32, learningRate: 2e-4, epochs: 10, maxTokens: 512 });
    expect(settings.untilKnown).toEqual({ seconds: null });
    expect(settings.reworded).toBeUndefined();
  });
});
