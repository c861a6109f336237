/** What the three presets mean in numbers, scaled to the model. */

import type { BaseModel, Preset, TrainSettings } from '../contract/entities.ts';

/** Models of this many parameters or more learn best with the small rates known from published LoRA recipes. */
const largeModel = 100_000_000;
/** Longest example in tokens, where the model takes that many: plant answers are short, and memory grows with length. */
const usualLength = 512;

type Thoroughness = Exclude<Preset, 'expert'>;
/** How long a run goes on where what it asks on its way is not answered earlier. */
type Limits = Required<Pick<TrainSettings, 'epochs' | 'untilKnown'>>;

/** Of a model whose pass takes seconds: the time is agreed, and passes only bound it. */
const smallLimits: Record<Thoroughness, Limits> = {
  quick: { epochs: 40, untilKnown: { seconds: 60 } },
  standard: { epochs: 200, untilKnown: { seconds: 270 } },
  thorough: { epochs: 600, untilKnown: { seconds: 900 } },
};
/** Of a model whose pass may take minutes or hours: as many passes as published recipes make. */
const largeLimits: Record<Thoroughness, Limits> = {
  quick: { epochs: 5, untilKnown: { seconds: null } },
  standard: { epochs: 10, untilKnown: { seconds: null } },
  thorough: { epochs: 20, untilKnown: { seconds: null } },
};

/** A small model binds what is new to it in a wide adapter, at a high rate, in many small steps, from more wordings than people write. */
const smallRecipe = {
  rank: 64,
  alpha: 128,
  learningRate: 1e-3,
  batchSize: 8,
  reworded: true,
  rehearsalShare: 1,
} as const;
const largeRecipe = { rank: 16, alpha: 32, learningRate: 2e-4, batchSize: 16 } as const;

/** `expert` starts from `standard`. */
export function presetSettings(preset: Preset, model: Pick<BaseModel, 'parameters' | 'contextLength'>): TrainSettings {
  const thoroughness = preset === 'expert' ? 'standard' : preset;
  const large = model.parameters >= largeModel;
  return {
    method: 'lora',
    dropout: 0,
    targetModules: 'all-linear',
    schedule: 'cosine',
    warmupRatio: 0.05,
    weightDecay: 0,
    clipNorm: 1,
    maxTokens: Math.min(usualLength, model.contextLength),
    seed: 1,
    checkpointEverySteps: 20,
    ...(large ? largeRecipe : smallRecipe),
    ...(large ? largeLimits : smallLimits)[thoroughness],
  };
}
