/** How like a question is to those of other pairs: the cosine of what they are about, each part by how seldom it is. */

import { featuresOf } from '../basis/features.ts';

export interface Pair {
  readonly question: string;
  readonly answer: string;
}

export class Likeness {
  readonly pairs: readonly Pair[];
  readonly #having = new Map<string, number[]>();
  readonly #lengths: readonly number[];

  constructor(pairs: readonly Pair[]) {
    this.pairs = pairs;
    const features = pairs.map(({ question }) => featuresOf(question));
    for (const [at, each] of features.entries())
      for (const feature of each) {
        const having = this.#having.get(feature);
        if (having) having.push(at);
        else this.#having.set(feature, [at]);
      }
    this.#lengths = features.map((each) => Math.sqrt([...each].reduce((sum, one) => sum + this.#weightOf(one), 0)));
  }

  /** To each of the pairs, in their order; 0 and more. */
  to(question: string): readonly number[] {
    const sums = this.pairs.map(() => 0);
    for (const feature of featuresOf(question))
      for (const at of this.#having.get(feature) ?? []) sums[at]! += this.#weightOf(feature);
    return sums.map((sum, at) => sum / (this.#lengths[at]! || 1));
  }

  /** The likest first. */
  nearest(question: string, most: number): readonly Pair[] {
    const likeness = this.to(question);
    return [...this.pairs.keys()]
      .sort((a, b) => likeness[b]! - likeness[a]!)
      .slice(0, most)
      .map((at) => this.pairs[at]!);
  }

  /** Squared, as a cosine has it. */
  #weightOf(feature: string): number {
    return Math.log1p(this.pairs.length / (this.#having.get(feature)!.length + 0.5)) ** 2;
  }
}
