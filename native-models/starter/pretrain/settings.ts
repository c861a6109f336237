/** Everything that decides what the starter model becomes, in one place. Written beside the weights. */

export const settings = {
  seed: 1,
  /** Conversations the tokenizer is trained on in each stage. */
  tokenizerConversations: 40_000,
  /** Rows of one update. */
  rows: 16,
  /** Tokens of one row; conversations share rows but do not see each other. */
  rowTokens: 160,
  /** Share of conversations whose questions are trained too, not only the answers. */
  questionShare: 0.1,
  adamW: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.05 },
  clipNorm: 1,
  checkpointEverySteps: 200,
  stages: {
    /** One small world in depth: the form of question and answer, and the general skills. */
    form: {
      /** Vocabulary size aimed at; fewer where the text has no more pairs to merge. */
      vocabularySize: 3072,
      /** Updates of all weights. */
      steps: 2600,
      learningRate: 3e-3,
      warmupSteps: 78,
      /** The last updates, in which the rate falls to 0 as a cosine; before them it stays. */
      fallingSteps: 2522,
    },
    /** Plants that come and go, in a wider vocabulary, beside the text of the first stage. */
    plants: {
      vocabularySize: 7168,
      steps: 3600,
      learningRate: 2e-3,
      warmupSteps: 60,
      fallingSteps: 1100,
      /** Conversations about plants; the others are those of the first stage. */
      plantShare: 0.65,
      skillShare: 0,
      factsAtOnce: 1000,
      newFactsPerStep: 3,
    },
    /** The general skills once more, at a smaller rate, so that the plants of the second stage do not cost them. */
    skills: {
      vocabularySize: 7168,
      steps: 450,
      learningRate: 1.2e-3,
      warmupSteps: 20,
      fallingSteps: 410,
      plantShare: 0.3,
      /** Conversations about one general skill, beside those that the text of the first stage has anyway. */
      skillShare: 0.4,
      factsAtOnce: 1000,
      newFactsPerStep: 0,
    },
    /** Free talk in everyday words, in a vocabulary that has them. */
    talk: {
      vocabularySize: 12_288,
      steps: 1600,
      learningRate: 1.5e-3,
      warmupSteps: 40,
      fallingSteps: 700,
      /** Conversations in which facts are talked of in any words, and those of two words for one notion. */
      talkShare: 0.42,
      wordShare: 0.1,
      plantShare: 0.2,
      skillShare: 0.08,
      factsAtOnce: 1000,
      newFactsPerStep: 3,
      talkedAtOnce: 160,
      newTalkPerStep: 0.5,
    },
    /** The general skills again, so that free talk does not cost them. */
    review: {
      vocabularySize: 12_288,
      steps: 450,
      learningRate: 1.2e-3,
      warmupSteps: 20,
      fallingSteps: 410,
      talkShare: 0.2,
      wordShare: 0,
      plantShare: 0.2,
      skillShare: 0.35,
      factsAtOnce: 1000,
      newFactsPerStep: 0,
      talkedAtOnce: 160,
      newTalkPerStep: 0.5,
    },
  },
} as const;

export type StageName = keyof typeof settings.stages;

/** In their order. */
export const stageNames = Object.keys(settings.stages) as readonly StageName[];

/** Learning rate of a stage's step, counted from 1. */
export function rateAt(step: number, stage: StageName): number {
  const { steps, learningRate, warmupSteps, fallingSteps } = settings.stages[stage];
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = Math.max(0, (step - 1 - (steps - fallingSteps)) / fallingSteps);
  return (learningRate * (1 + Math.cos(Math.PI * progress))) / 2;
}

/** config.json without the vocabulary's size, which the tokenizer decides. */
export const shape = {
  hidden_size: 256,
  intermediate_size: 704,
  num_hidden_layers: 5,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 64,
  max_position_embeddings: 512,
} as const;
