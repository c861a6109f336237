/** What the three presets mean in numbers, scaled to the model. */

import type { BaseModel, Preset, TrainSettings } from '../contract/entities.ts';

/** Models above this many parameters learn best with the small rates known from published LoRA recipes. */
const largeModel = 100_000_000;
/** Longest example in tokens, where the model takes that many: plant answers are short, and memory grows with length. */
const usualLength = 512;

const epochs: Record<Exclude<Preset, 'expert'>, number> = { quick: 5, standard: 10, thorough: 20 };

/** `expert` starts from `standard`. */
export function presetSettings(preset: Preset, model: Pick<BaseModel, 'parameters' | 'contextLength'>): TrainSettings {
  return {
    method: 'lora',
    rank: 16,
    alpha: 32,
    dropout: 0,
    targetModules: 'all-linear',
    learningRate: model.parameters > largeModel ? 2e-4 : 2e-3,
    schedule: 'cosine',
    warmupRatio: 0.05,
    weightDecay: 0,
    clipNorm: 1,
    epochs: epochs[preset === 'expert' ? 'standard' : preset],
    batchSize: 16,
    maxTokens: Math.min(usualLength, model.contextLength),
    seed: 1,
    checkpointEverySteps: 20,
  };
}
