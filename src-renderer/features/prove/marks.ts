/** Where an answer departs from the right one: differing characters marked, wrong numbers boxed. */

import { difference } from '../../lib/difference.ts';

export interface MarkedPiece {
  readonly text: string;
  readonly kind: 'same' | 'different' | 'wrong-number';
}

/** A number as it is written, full-width digits included. */
const numbers = /[0-9０-９]+(?:[.,．，][0-9０-９]+)*/g;

/** Below this share of common characters the answer is another one altogether, and marks would only be noise. */
const leastCommon = 0.35;

const unified = (number: string): string => number.normalize('NFKC');

/** Pieces of `answer`; joined they give it back. */
export function marksOf(answer: string, expected: string): readonly MarkedPiece[] {
  const right = new Set(Array.from(expected.matchAll(numbers), ([number]) => unified(number)));
  const { left } = difference(answer, expected);
  const common = left.reduce((sum, piece) => sum + (piece.changed ? 0 : piece.text.length), 0);
  const related = common >= leastCommon * Math.max(answer.length, expected.length);
  const changed = left.flatMap((piece) => Array.from({ length: piece.text.length }, () => piece.changed && related));
  const pieces: MarkedPiece[] = [];
  let at = 0;
  for (const match of answer.matchAll(numbers)) {
    if (right.has(unified(match[0])) || !related) continue;
    pieces.push(...byChange(answer, changed, at, match.index), { text: match[0], kind: 'wrong-number' });
    at = match.index + match[0].length;
  }
  pieces.push(...byChange(answer, changed, at, answer.length));
  return pieces;
}

function byChange(text: string, changed: readonly boolean[], from: number, to: number): MarkedPiece[] {
  const pieces: MarkedPiece[] = [];
  for (let start = from; start < to;) {
    let end = start + 1;
    while (end < to && changed[end] === changed[start]) end++;
    pieces.push({ text: text.slice(start, end), kind: changed[start] ? 'different' : 'same' });
    start = end;
  }
  return pieces;
}
