/** Which of a plant's own questions are suggested to somebody who has asked nothing yet. */

import type { Example, Language } from '../../../src-main/contract/index.ts';
import { languageOf } from '../../lib/language-of.ts';

const most = 3;

/** A few from all over the list, in the reader's language where there are such; each text once. */
export function suggestedQuestions(examples: readonly Pick<Example, 'question'>[], language: Language): string[] {
  const all = [...new Set(examples.map(({ question }) => question))];
  const readable = all.filter((question) => (languageOf(question) ?? language) === language);
  const from = readable.length > 0 ? readable : all;
  const count = Math.min(most, from.length);
  return Array.from({ length: count }, (_, index) => from[Math.floor((index * from.length) / count)]!);
}
