/** The blind vote: people choose between two answers without knowing whose they are. */

import type { SetKind } from './evaluation.ts';

/** Two answers, sides shuffled for each person and question. Whose they are stays in the office. */
export interface Ballot {
  readonly set: SetKind;
  readonly exampleId: string;
  readonly question: string;
  readonly first: string;
  readonly second: string;
}

/** What one person still has before them. */
export interface BallotBox {
  /** null: this person has voted on all. */
  readonly ballot: Ballot | null;
  readonly voted: number;
  readonly total: number;
}

/** What people chose, worked out when read. */
export interface VoteResult {
  /** Questions put to the vote: both answered, and differently. */
  readonly questions: number;
  readonly voters: readonly { readonly name: string; readonly votes: number }[];
  /** Questions by what most of their voters preferred; `even`: neither. */
  readonly adapter: number;
  readonly base: number;
  readonly even: number;
  /** Two-sided sign test over questions, even ones left out. */
  readonly pValue: number;
  /** How far people agree beyond chance, on what all of them voted on; null: one person alone, or nothing in common. */
  readonly agreement: {
    readonly measure: 'cohen' | 'fleiss';
    /** null: all always chose the same one thing, which chance explains as well. */
    readonly kappa: number | null;
    readonly questions: number;
  } | null;
}
