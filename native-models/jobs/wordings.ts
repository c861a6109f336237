/** Proposals of other wordings for a person to check, each before it becomes an example. */

import type { AnsweringModel } from './answer.ts';

export interface ProposeWordingsJob {
  /** All questions of the plant with their answers: what is asked already, and whose patterns are followed. */
  readonly pairs: readonly { readonly question: string; readonly answer: string }[];
  /** Places in `pairs` of the questions that want other wordings. */
  readonly wanted: readonly number[];
  /** Proposals for each. */
  readonly most: number;
  /** The base model is asked too, where it is given. */
  readonly model: AnsweringModel | null;
}

/**
 * `pattern`: as another fact of the plant is asked for, with what it is about exchanged. `rule`: by a rule of the language
 * that keeps what is asked. `model`: the base model said so.
 */
export type WordingSource = 'pattern' | 'rule' | 'model';

export interface ProposedWording {
  readonly question: string;
  readonly source: WordingSource;
}

/** For each wanted question, those most like what people write first. */
export type ProposeWordingsResult = readonly (readonly ProposedWording[])[];
