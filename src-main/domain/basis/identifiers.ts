/** Identifiers of a question: part numbers, alarms, machines and stations with a number, numbers with a unit. */

import { foldText } from '../normalise.ts';

/** Latin letters and digits in one piece that holds a digit: P-07, E-214, K-4471, L31-6, 0.63. */
const coded = /[a-z0-9]+(?:[-./][a-z0-9]+)*/gu;
/** What may stand on either side of a bare number and belongs to it: 3号プレス, ロボドリル2号, ボール盤4番, 5軸. */
const side = /[\p{Script=Katakana}ー\p{Script=Han}]/u;
/** Words before a number that name nothing: "in 3 minutes". */
const plainWords = new Set([
  'a',
  'an',
  'the',
  'of',
  'for',
  'in',
  'on',
  'at',
  'to',
  'is',
  'are',
  'and',
  'or',
  'about',
  'with',
  'after',
  'by',
]);
/** So much of a neighbouring word makes a number unmistakable, and no more: what follows may be another word. */
const neighbours = 2;

/** In the form in which `names` looks for them: folded, without spaces. Each once. */
export function identifiersOf(question: string): readonly string[] {
  const text = foldText(question);
  const found = [...text.matchAll(coded)]
    .filter(([piece]) => /\d/.test(piece))
    .map(({ 0: piece, index }) => (/^[\d.]+$/.test(piece) ? withNeighbours(text, piece, index) : compact(piece)));
  return [...new Set(found)];
}

/** Whether a text names an identifier, and not a longer one that only begins or ends like it. */
export function names(text: string, identifier: string): boolean {
  const where = compact(foldText(text));
  for (let at = where.indexOf(identifier); at >= 0; at = where.indexOf(identifier, at + 1)) {
    const [before, after] = [where[at - 1] ?? '', where[at + identifier.length] ?? ''];
    const goesOn = (outside: string, inside: string) => /[0-9]/.test(outside) && /[0-9]/.test(inside);
    if (!goesOn(before, identifier[0]!) && !goesOn(after, identifier.at(-1)!)) return true;
  }
  return false;
}

function withNeighbours(text: string, number: string, index: number): string {
  const behind = [...text.slice(index + number.length)];
  const before = [...text.slice(0, index)].reverse();
  const word = /([a-z]+) ?$/u.exec(text.slice(0, index))?.[1];
  if (word !== undefined && !plainWords.has(word)) return word + number;
  const left = taken(before).toReversed().join('');
  return left + number + taken(behind, left === '' ? neighbours + 1 : 1).join('');
}

function taken(characters: readonly string[], most = neighbours): readonly string[] {
  const end = characters.findIndex((character) => !side.test(character));
  return characters.slice(0, Math.min(most, end < 0 ? characters.length : end));
}

const compact = (text: string): string => text.replace(/[\s‐‑–]+/gu, '');
