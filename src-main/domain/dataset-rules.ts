/** What a version keeps of an example, and how much of all is kept back. */

export type FrozenSplit = 'train' | 'heldOut' | 'regression';

export interface FrozenExample {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly split: FrozenSplit;
}

/** Share of the `auto` questions kept back for checking. */
export const heldOutShare = 0.2;
/** Fewest examples on either side for which training and checking mean anything. */
export const smallestSplit = 5;
