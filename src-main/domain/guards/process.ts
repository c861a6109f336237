/** Evidence that grows observation by observation: what each test of the guard table keeps, and nothing more. */

import type { GuardLimit } from '../../contract/entities/rollout.ts';
import { betAbove, betBelow, evidenceOf, noCapital } from './mean.ts';
import type { Observation } from './outcomes.ts';
import { evidenceAbove, evidenceBelow, rateBounds } from './rate.ts';
import { compareBlock, noComparison } from './two-sample.ts';

export interface Process {
  /** @returns ln E against "within the tolerance" after it */
  add(observation: Pick<Observation, 'arm' | 'value'>): number;
  /** Good observations until the evidence against "unacceptable" reaches 1/β: 0 now; null where it cannot be told. */
  needed(): number | null;
}

/** More good answers than any plant waits for. */
const mostNeeded = 10_000;
/** Most answers of the present release that one of the candidate is compared with. */
const largestBlock = 8;

export function rateProcess({ tolerated, unacceptable }: GuardLimit, beta: number): Process {
  const counts = { bad: 0, total: 0 };
  return {
    add({ value }) {
      count(counts, value);
      return evidenceAbove(counts, tolerated);
    },
    needed() {
      const { bad, total } = counts;
      const goes = (more: number) =>
        total + more > 0 && evidenceBelow({ bad, total: total + more }, unacceptable, tolerated) >= -Math.log(beta);
      return leastThat(goes);
    },
  };
}

export function meanProcess({ tolerated, unacceptable }: GuardLimit, beta: number): Process {
  let above = noCapital;
  let below = noCapital;
  return {
    add({ value }) {
      above = betAbove(above, value, tolerated);
      below = betBelow(below, value, unacceptable);
      return evidenceOf(above);
    },
    needed() {
      let capital = below;
      // A good value is one at the tolerance.
      for (let more = 0; more <= mostNeeded; more += 1) {
        if (evidenceOf(capital) >= -Math.log(beta)) return more;
        capital = betBelow(capital, tolerated, unacceptable);
      }
      return null;
    },
  };
}

/** Against the present release: go where the candidate's rate is at most the present's plus the gap that was declared. */
export function differenceProcess({ tolerated, unacceptable }: GuardLimit, beta: number): Process {
  const waiting = { present: [] as boolean[], candidate: [] as boolean[] };
  const counts = { present: { bad: 0, total: 0 }, candidate: { bad: 0, total: 0 } };
  let comparison = noComparison;
  return {
    add({ arm, value }) {
      count(counts[arm], value);
      waiting[arm].push(value === 1);
      while (waiting.present.length > 0 && waiting.candidate.length > 0) {
        const block = waiting.present.splice(0, largestBlock);
        comparison = compareBlock(comparison, block, waiting.candidate.shift()!);
      }
      return comparison.evidence;
    },
    needed() {
      const { present, candidate } = counts;
      const low = rateBounds(present, beta / 2).low;
      const goes = (more: number) =>
        rateBounds({ bad: candidate.bad, total: candidate.total + more }, beta / 2).high <=
        low + unacceptable - tolerated;
      return leastThat((more) => present.total > 0 && goes(more));
    },
  };
}

function count(counts: { bad: number; total: number }, value: number): void {
  counts.bad += value;
  counts.total += 1;
}

/** The smallest number from 0 for which something holds that goes on holding; null beyond what anybody waits for. */
function leastThat(holds: (number: number) => boolean): number | null {
  if (holds(0)) return 0;
  let [no, yes] = [0, 1];
  while (!holds(yes)) {
    if (yes >= mostNeeded) return null;
    [no, yes] = [yes, yes * 2];
  }
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
