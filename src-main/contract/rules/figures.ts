/** Whether an answer says what was collected: its numbers must stand there. */

import type { AnswerBasis } from '../entities.ts';

/** As written: `93`, `0.35`, `10:30`; full-width ones and thousands alike. */
const numbersOf = (text: string): readonly string[] =>
  text
    .normalize('NFKC')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .match(/\d+(?:[.:]\d+)*/g) ?? [];

/**
 * Numbers of an answer that stand neither in its question nor in the collected example that is nearest to it: a model made
 * them up, or has another fact in mind. None where nothing that was collected covers the question: then all of it is open.
 */
export function numbersNotCollected(
  answer: string,
  question: string,
  { covered, nearest }: AnswerBasis,
): readonly string[] {
  const [best] = nearest;
  if (!covered || !best) return [];
  const known = new Set([question, best.question, best.answer].flatMap(numbersOf));
  return [...new Set(numbersOf(answer))].filter((each) => !known.has(each));
}
