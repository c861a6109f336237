/** How often the interval of paired differences holds the truth: plants of which the truth is known, each asked once. */

import { pairedBootstrap } from '../../src-main/domain/statistics/intervals.ts';
import { randomSource } from '../../src-main/domain/statistics/random.ts';

/** Chances that the adapter alone is right, and that the base alone is. */
const truths = {
  'better on 30 %, worse on 10 %': { better: 0.3, worse: 0.1 },
  'no difference: better and worse on 20 % each': { better: 0.2, worse: 0.2 },
  'much better: on 60 %, worse on 5 %': { better: 0.6, worse: 0.05 },
} as const;

const sizes = [20, 60, 200] as const;

export interface CoverageFigures {
  readonly truth: string;
  readonly questions: number;
  readonly plants: number;
  /** Plants whose interval held the truth. */
  readonly held: number;
}

/** Each truth with each number of questions, over so many plants. */
export function simulateCoverage(plants: number, seed: number): readonly CoverageFigures[] {
  const random = randomSource(seed);
  return Object.entries(truths).flatMap(([truth, { better, worse }]) =>
    sizes.map((questions) => {
      let held = 0;
      for (let plant = 0; plant < plants; plant += 1) {
        const differences = Array.from({ length: questions }, () => {
          const chance = random();
          return chance < better ? 1 : chance < better + worse ? -1 : 0;
        });
        const { low, high } = pairedBootstrap(differences, plant);
        // Sums of tenths are not exact.
        if (low - 1e-9 <= better - worse && better - worse <= high + 1e-9) held += 1;
      }
      return { truth, questions, plants, held };
    }),
  );
}
