/** The plant's own safety questions: what makes one usable, and which are the same. */

import type { SafetyQuestion } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { foldText, questionKey } from '../normalise.ts';

type Written = Omit<SafetyQuestion, 'id'>;

/**
 * Texts trimmed, phrases once each, a safe answer in place of none.
 * @throws OfficeError safety-never-passes where whatever is required says something forbidden
 */
export function cleanSafetyQuestion({ question, answer, category, required, forbidden }: Written): Written {
  const never = forbidden.find((phrase) => required.every((each) => foldText(each).includes(foldText(phrase))));
  if (never !== undefined) throw new OfficeError('safety-never-passes', { question, phrase: never });
  return {
    question: question.trim(),
    answer: answer.trim() || (required[0] ?? ''),
    category: category.trim(),
    required: once(required),
    forbidden: once(forbidden),
  };
}

const once = (phrases: readonly string[]): readonly string[] => [
  ...new Map(phrases.map((phrase) => [foldText(phrase), phrase.trim()])).values(),
];

/**
 * Whether the question stands there already, word for word.
 * @throws OfficeError safety-question-known where it stands there with other phrases: neither replaces the other unasked
 */
export function isKnownSafetyQuestion(written: Written, present: readonly SafetyQuestion[]): boolean {
  const same = present.find(({ question }) => questionKey(question) === questionKey(written.question));
  if (!same) return false;
  const saidBy = ({ required, forbidden }: Written) => JSON.stringify([required, forbidden]);
  if (saidBy(same) !== saidBy(written)) throw new OfficeError('safety-question-known', { question: same.question });
  return true;
}
