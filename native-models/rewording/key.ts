/** What two spellings of the same question have in common. */

/** Width, case, spaces, hyphens and marks aside: questions with one key are one question to a reader. */
export function questionKey(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]/gu, '');
}
