/** Grading a pair without knowing whose answer stands where. */

import type { BlindPair, Grade, PairGrade } from '../../contract/entities.ts';
import { stickyPercent } from './serving.ts';

interface Pair {
  readonly id: string;
  readonly question: string;
  readonly present: string;
  readonly candidate: string;
}

/** Always the same side for one pair, either side as often. */
const candidateStandsLeft = (pairId: string): boolean => stickyPercent('sides', pairId) < 50;

export function blinded({ id, question, present, candidate }: Pair): BlindPair {
  const [left, right] = candidateStandsLeft(id) ? [candidate, present] : [present, candidate];
  return { id, question, left, right };
}

/** Seen from the candidate. A dangerous answer of the present release makes the candidate's the better one. */
export function unblinded(pairId: string, grade: PairGrade): Grade {
  if (grade === 'same') return 'same';
  const side = candidateStandsLeft(pairId) ? 'left' : 'right';
  if (grade === `${side}-dangerous`) return 'dangerous';
  if (grade === 'left-dangerous' || grade === 'right-dangerous') return 'better';
  return grade === side ? 'better' : 'worse';
}
