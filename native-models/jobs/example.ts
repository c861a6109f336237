/** Questions with their answers. */

/** One question with its answer. */
export interface ExamplePair {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
}

export interface ExampleMeasure {
  readonly id: string;
  /** Tokens of the rendered chat, answer and end-of-turn included. */
  readonly tokens: number;
  /** Tokens that are trained: the answer and the end of its turn. */
  readonly answerTokens: number;
  readonly tooLong: boolean;
}
