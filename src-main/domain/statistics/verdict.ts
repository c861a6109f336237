/**
 * Whether a share meets a criterion: pass, fail, or not enough evidence; never by luck more often than once in twenty.
 *
 * Each look is an exact binomial test at a fifth of 5 %, so that up to five looks (the same adapter, asked more questions
 * each time) together pass one that misses the criterion in at most 5 % of cases, and likewise fail one that meets it:
 * Bonferroni's bound, which holds whatever the looks' sizes and however they overlap.
 */

import type { CriterionVerdict } from '../../contract/entities.ts';
import { lowerTail, upperTail } from './binomial.ts';

/** Looks that the verdict stays valid for, and the level of each. */
export const plannedLooks = 5;
export const lookLevel = 0.05 / plannedLooks;

/** More questions than this nobody collects. */
const mostQuestions = 20_000;

export interface SharesCriterion {
  /** 0 to 1. */
  readonly limit: number;
  /** Whether the share must be at least or at most `limit`. */
  readonly side: 'at-least' | 'at-most';
}

/** @param look counts from 1; beyond the planned ones nothing more is concluded. */
export function judgeShare(count: number, total: number, criterion: SharesCriterion, look = 1): CriterionVerdict {
  if (look > plannedLooks) return { verdict: 'not-enough-evidence', furtherQuestions: null };
  const verdict = decide(count, total, criterion);
  const furtherQuestions = verdict === 'not-enough-evidence' ? questionsToDecide(count, total, criterion) : null;
  return { verdict, furtherQuestions };
}

function decide(count: number, total: number, { limit, side }: SharesCriterion): CriterionVerdict['verdict'] {
  // What every share meets needs no evidence; what only all (or none) meets is failed by one.
  if (side === 'at-least' ? limit <= 0 : limit >= 1) return 'pass';
  if (side === 'at-least' ? limit >= 1 && count < total : limit <= 0 && count > 0) return 'fail';
  const [atLeastAsMany, atMostAsMany] = [upperTail(count, total, limit), lowerTail(count, total, limit)];
  const [passes, fails] = side === 'at-least' ? [atLeastAsMany, atMostAsMany] : [atMostAsMany, atLeastAsMany];
  if (total > 0 && passes <= lookLevel) return 'pass';
  return total > 0 && fails <= lookLevel ? 'fail' : 'not-enough-evidence';
}

/**
 * How many further questions would decide if the share stayed as it is; null where no number that anybody collects
 * would: the share is too near to the criterion, or nothing has been asked yet.
 */
function questionsToDecide(count: number, total: number, criterion: SharesCriterion): number | null {
  if (total === 0) return null;
  const decides = (further: number) =>
    decide(Math.round((count / total) * (total + further)), total + further, criterion) !== 'not-enough-evidence';
  let enough = 1;
  while (!decides(enough)) {
    enough *= 2;
    if (enough > mostQuestions) return null;
  }
  // Rounding makes the edge ragged by a question or two; halving finds one of its places.
  let tooFew = enough / 2;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (decides(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
