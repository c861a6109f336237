/** Everything that decides what the starter model becomes, in one place. Written beside the weights. */

export const settings = {
  seed: 1,
  /** Vocabulary size aimed at; fewer where the corpus has no more pairs to merge. */
  vocabularySize: 3072,
  /** Conversations the tokenizer is trained on. */
  tokenizerConversations: 40_000,
  /** Updates of all weights. */
  steps: 2600,
  /** Rows of one update. */
  rows: 16,
  /** Tokens of one row; conversations share rows but do not see each other. */
  rowTokens: 160,
  /** Share of conversations whose questions are trained too, not only the answers. */
  questionShare: 0.1,
  learningRate: 3e-3,
  schedule: 'cosine',
  warmupRatio: 0.03,
  adamW: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.05 },
  clipNorm: 1,
  checkpointEverySteps: 200,
} as const;

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
