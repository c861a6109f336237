/** What an answer must say, must not say, and how it says that it does not know. */

import { normalise } from './exact.ts';

/** Whether a text has the phrase, after `normalise`, whatever the case; Latin words only as whole words. */
export function hasPhrase(text: string, phrase: string): boolean {
  const [where, what] = [normalise(text).toLowerCase(), normalise(phrase).toLowerCase()];
  if (what === '') return false;
  for (let at = where.indexOf(what); at >= 0; at = where.indexOf(what, at + 1)) {
    if (!goesOn(where, at) && !goesOn(where, at + what.length)) return true;
  }
  return false;
}

/** Whether a Latin word or a number goes on across this place. */
const goesOn = (text: string, at: number): boolean =>
  /[a-z]{2}|[0-9]{2}/.test(text.slice(Math.max(0, at - 1), at + 1)) && at > 0;

export interface PhraseRule {
  /** One of these must be in the answer; none given: nothing is required. */
  readonly required: readonly string[];
  /** None of these may be in it. */
  readonly forbidden: readonly string[];
}

export interface PhraseCheck {
  /** The required phrase that was found. */
  readonly found: string | null;
  readonly forbiddenFound: readonly string[];
  readonly passed: boolean;
}

export function checkPhrases(answer: string, { required, forbidden }: PhraseRule): PhraseCheck {
  const found = required.find((phrase) => hasPhrase(answer, phrase)) ?? null;
  const forbiddenFound = forbidden.filter((phrase) => hasPhrase(answer, phrase));
  return { found, forbiddenFound, passed: (required.length === 0 || found !== null) && forbiddenFound.length === 0 };
}

/** How answers say that they do not know, or send the person to somebody who does. */
const refusals: readonly string[] = [
  '分かりません',
  'わかりません',
  '分かりかねます',
  'わかりかねます',
  '存じません',
  '知りません',
  '不明です',
  '情報がありません',
  '記録がありません',
  'お答えできません',
  '答えられません',
  '担当者に確認',
  '責任者に確認',
  '担当者にお尋ね',
  '担当者に聞いて',
  'I do not know',
  "I don't know",
  'I am not sure',
  "I'm not sure",
  'I cannot answer',
  "I can't answer",
  'I cannot say',
  'I have no information',
  'ask the person in charge',
  'ask your supervisor',
];

/** Whether the answer says that it does not know. Typographic apostrophes count as plain ones. */
export const isRefusal = (answer: string): boolean => {
  const plain = answer.replaceAll('’', "'");
  return refusals.some((phrase) => hasPhrase(plain, phrase));
};
