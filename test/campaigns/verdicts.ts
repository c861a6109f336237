/**
 * How often the verdict is wrong by luck: plants in which nothing is to be found, each looked at up to five times with more
 * questions, judged by the office's own rules as a whole.
 */

import type { SetResult } from '../../src-main/contract/entities.ts';
import { judge, type Measured } from '../../src-main/domain/criteria.ts';
import { pairedBootstrap } from '../../src-main/domain/statistics/intervals.ts';
import { pairedVerdict } from '../../src-main/domain/statistics/paired.ts';
import { randomSource } from '../../src-main/domain/statistics/random.ts';
import { scoreOf } from '../../src-main/domain/statistics/scores.ts';
import { lookLevel, plannedLooks } from '../../src-main/domain/statistics/verdict.ts';

/** Questions asked in all after each look. */
const lookSizes = {
  'evenly spaced looks': [20, 40, 60, 80, 100],
  'looks ever further apart': [10, 20, 40, 80, 160],
  'one further question a look': [60, 61, 62, 63, 64],
} as const;

const criteria = { targetScore: 0.8, largestRegression: 0.02, largestInvention: 0.1 };

/** Where the truth lies on what the criteria ask for, so that neither verdict is deserved. */
const truths = {
  'right in other words: exactly the target': { phrasings: criteria.targetScore, invented: 0 },
  'invented: exactly the most that is allowed': { phrasings: 1, invented: criteria.largestInvention },
  'both exactly on the line': { phrasings: criteria.targetScore, invented: criteria.largestInvention },
} as const;

export interface VerdictFigures {
  readonly nothing: string;
  readonly looks: string;
  readonly plants: number;
  /** Plants in which some look said pass, and fail. null: nothing of the kind is said of two equal models. */
  readonly passed: number | null;
  readonly failed: number | null;
  /** Plants in which base and adapter, equally good, were called different at some look. */
  readonly different: number | null;
}

/** Each kind of truth with each kind of looks, over so many plants. */
export function simulateVerdicts(plants: number, seed: number): readonly VerdictFigures[] {
  const random = randomSource(seed);
  return Object.entries(lookSizes).flatMap(([looks, sizes]) => [
    ...Object.entries(truths).map(([nothing, truth]): VerdictFigures => {
      const said = { pass: 0, fail: 0 };
      for (let plant = 0; plant < plants; plant += 1) {
        const ever = verdictsOf(truth, sizes, random);
        if (ever.has('pass')) said.pass += 1;
        if (ever.has('fail')) said.fail += 1;
      }
      return { ...{ nothing, looks, plants }, ...{ passed: said.pass, failed: said.fail, different: null } };
    }),
    { ...equalModels(plants, sizes, random), ...{ looks, plants } },
  ]);
}

type Truth = (typeof truths)[keyof typeof truths];

function verdictsOf(truth: Truth, sizes: readonly number[], random: () => number): ReadonlySet<string> {
  const counts = { right: 0, invented: 0 };
  let asked = 0;
  return new Set(
    sizes.map((total, index) => {
      for (; asked < total; asked += 1) {
        if (random() < truth.phrasings) counts.right += 1;
        if (random() < truth.invented) counts.invented += 1;
      }
      return verdictOn(counts.right, counts.invented, total, index + 1);
    }),
  );
}

const known = new Map<string, string>();

/** The whole verdict, remembered for counts that were met before. */
function verdictOn(right: number, invented: number, total: number, look: number): string {
  const key = `${right} ${invented} ${total} ${look}`;
  const sets = [setOf('phrasings', right, total), setOf('new-cases', 0, total, invented)];
  const verdict = known.get(key) ?? judge({ ...undisputed, sets, look }, criteria).verdict;
  known.set(key, verdict);
  return verdict;
}

const undisputed: Omit<Measured, 'sets' | 'look'> = {
  items: [],
  adaptersTried: 1,
  vote: { adapter: 0, base: 0, pValue: 1 },
};

const noPairs = pairedVerdict([]);
const noDifference = pairedBootstrap([]);

function setOf(kind: SetResult['kind'], correct: number, total: number, invented?: number): SetResult {
  const share = total === 0 ? 0 : correct / total;
  const adapter = { ...scoreOf([]), correct, total, share };
  return {
    ...{ kind, hash: '', base: adapter, adapter, paired: noPairs, difference: noDifference, means: null },
    invented: invented === undefined ? null : { base: 0, adapter: invented },
  };
}

/** Each question is right with one chance, for base and adapter alike and independently. */
function equalModels(plants: number, sizes: readonly number[], random: () => number) {
  const chance = 0.5;
  let different = 0;
  for (let plant = 0; plant < plants; plant += 1) {
    const outcomes: { readonly baseRight: boolean; readonly adapterRight: boolean }[] = [];
    const called = sizes.slice(0, plannedLooks).map((total) => {
      while (outcomes.length < total) outcomes.push({ baseRight: random() < chance, adapterRight: random() < chance });
      return pairedVerdict(outcomes, lookLevel).verdict !== 'not-enough-evidence';
    });
    if (called.some(Boolean)) different += 1;
  }
  return { nothing: 'base and adapter equally good', ...{ passed: null, failed: null, different } };
}

/** The most that luck may have of so many plants where 5 % are promised: three standard errors above. */
export const mostByLuck = (plants: number): number => plants * (0.05 + 3 * Math.sqrt((0.05 * 0.95) / plants));
