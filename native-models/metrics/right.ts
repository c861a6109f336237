/** Whether an answer counts as right: the one definition, wherever “right” is said of an answer to a question. */

import { exactMatch, normalise } from './exact.ts';
import { figureAt, type Quantity, rounding } from './quantities.ts';

/**
 * The same text after `normalise`; but where the right answer states a number with a tolerance (`39 ± 2 N·m`), any number
 * in the same unit within it, with or without a tolerance of its own that lies within it too. All other words and numbers
 * must be the same: whoever wants less asks for `compareFigures`.
 */
export function isRightAnswer(expected: string, actual: string): boolean {
  return exactMatch(expected, actual) || meetsTolerances(normalise(expected), normalise(actual));
}

function meetsTolerances(expected: string, actual: string): boolean {
  const pieces = piecesOf(expected);
  if (pieces.length === 1) return false;
  let at = 0;
  for (const [index, { text, before }] of pieces.entries()) {
    if (before) {
      at = afterSpace(actual, at);
      const given = figureAt(actual, at);
      if (!given?.quantity || !isWithin(before, given.quantity)) return false;
      at = afterSpace(actual, given.end);
    }
    // Whether a space stands beside a number and its unit is nobody's mistake.
    const last = index === pieces.length - 1;
    const found = last ? actual.slice(at) : actual.slice(at, at + text.length);
    if (found !== text) return false;
    at += found.length;
  }
  return at === actual.length;
}

interface Piece {
  /** Toleranced number in front of the text; null at the beginning. */
  readonly before: Quantity | null;
  readonly text: string;
}

/** The text, cut at each number that has a tolerance. */
function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let [start, before] = [0, null as Quantity | null];
  for (let at = 0; at < text.length;) {
    const found = figureAt(text, at);
    if (found?.quantity && found.quantity.tolerance > 0) {
      pieces.push({ before, text: text.slice(start, at).trim() });
      [start, before] = [found.end, found.quantity];
    }
    at = found?.end ?? at + 1;
  }
  return [...pieces, { before, text: text.slice(start).trim() }];
}

const afterSpace = (text: string, at: number): number => (text[at] === ' ' ? at + 1 : at);

const isWithin = (wanted: Quantity, given: Quantity): boolean =>
  given.unit === wanted.unit &&
  Math.abs(given.value - wanted.value) + given.tolerance <= wanted.tolerance + rounding(wanted.value);
