/** What a base model says when it is asked for other wordings, taken with care: it may say anything. */

import { isRefusal } from '../metrics/phrases.ts';
import { figuresOf } from '../metrics/quantities.ts';
import { isJapanese } from './words.ts';

/** Asked in the question's own language, one wording a line. */
export function wordingPrompt(question: string, count: number): string {
  return isJapanese(question)
    ? `次の質問を、意味を変えずに別の言い方で${count}通り書いてください。1行に1つ、質問だけを書いてください。\n\n${question}`
    : `Write the following question in ${count} other ways without changing what it asks. One a line, nothing but the question.\n\n${question}`;
}

/** In lengths of the original. */
const [shortest, longest] = [0.4, 2.5];

/**
 * The lines that may be a wording of the question: of like length, with the very same numbers and codes, and not its answer.
 * Whether they ask the same is for a person to say.
 */
export function wordingsSaid(
  text: string,
  { question, answer }: { question: string; answer: string },
): readonly string[] {
  const wanted = figuresIn(question);
  return text
    .slice(Math.max(0, text.lastIndexOf('</think>')))
    .replace('</think>', '')
    .split('\n')
    .map((line) =>
      line
        .replace(/^\s*(?:[-*・•]|\d+[.)．、]|[（(]\d+[)）])\s*/u, '')
        .replace(/^[「『"“]|[」』"”]$/gu, '')
        .trim(),
    )
    .filter((line) => {
      if (line.length < question.length * shortest || line.length > question.length * longest) return false;
      if (/[:：]$/.test(line) || line.includes(answer.trim()) || isRefusal(line)) return false;
      return figuresIn(line) === wanted;
    });
}

/** All numbers with their units, and codes, whatever their order. */
function figuresIn(text: string): string {
  const { quantities, codes } = figuresOf(text);
  return JSON.stringify([...quantities.map(({ value, unit }) => `${value} ${unit}`), ...codes].sort());
}
