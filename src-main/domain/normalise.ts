/** One form for texts that people consider the same: full or half width, case and spacing do not matter. */

/** For comparing questions and answers: NFKC, spaces joined, ends trimmed. Keeps case, because part numbers have it. */
export function normaliseText(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** For searching: as `normaliseText`, and without case. */
export function foldText(text: string): string {
  return normaliseText(text).toLowerCase();
}

/** The same question however it is typed: also without case and without the mark at its end. */
export function questionKey(question: string): string {
  return foldText(question)
    .replace(/[?!.。､、,]+$/u, '')
    .trimEnd();
}
