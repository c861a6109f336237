/** How an answer is written: what it thinks aloud first, how long it is, whether it goes round in circles. */

import { charactersOf } from './units.ts';

/**
 * What counts of an answer: what follows the last `</think>`. A thought that never ends leaves nothing; models whose
 * template opens the thought for them write the closing tag alone.
 */
export function withoutThought(answer: string): string {
  const closed = answer.lastIndexOf('</think>');
  const rest = closed < 0 ? answer : answer.slice(closed + '</think>'.length);
  const opened = rest.indexOf('<think>');
  return (opened < 0 ? rest : rest.slice(0, opened)).trim();
}

/** Length of the answer by that of the expected one, in characters without white space; null for an empty one. */
export function lengthRatio(expected: string, actual: string): number | null {
  const wanted = charactersOf(expected).length;
  return wanted === 0 ? null : charactersOf(actual).length / wanted;
}

/** How often a piece must follow itself at the end, and how many characters that must be in all, to be a loop. */
const leastRepeats = 4;
const leastCharacters = 16;

/** Whether the answer ends in the same piece again and again. A ruled line or an ellipsis (one sign repeated) is none. */
export function endsInLoop(answer: string): boolean {
  const characters = charactersOf(answer);
  const { length } = characters;
  for (let period = 1; period * leastRepeats <= length; period++) {
    const repeated = periodicTail(characters, period);
    const piece = characters.slice(length - period);
    const lettered = piece.some((each) => /[\p{Letter}\p{Number}]/u.test(each));
    if (lettered && repeated >= Math.max(leastCharacters, period * leastRepeats)) return true;
  }
  return false;
}

/** Characters at the end that repeat with this period. */
function periodicTail(characters: readonly string[], period: number): number {
  let at = characters.length - 1;
  while (at >= period && characters[at] === characters[at - period]) at--;
  return characters.length - 1 - at + period;
}
