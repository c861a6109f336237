/** Proposals of other wordings for a person to check, each before it becomes an example. */

/**
 * `pattern`: as another fact of the plant is asked for, with what it is about exchanged. `rule`: by a rule of the language
 * that keeps what is asked. `model`: the base model said so.
 */
export type WordingSource = 'pattern' | 'rule' | 'model';

export interface ProposedWording {
  readonly question: string;
  readonly source: WordingSource;
}
