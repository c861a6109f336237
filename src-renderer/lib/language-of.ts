/** The language of a text that people wrote, so that its lines break, and it is read aloud, by its own rules. */

import type { Language } from '../../src-main/contract/index.ts';

const kanaOrKanji = /[\u3041-\u30ff\u3400-\u9fff]/;

/** Undefined leaves the language of the page: a bare number or part number belongs to either. */
export function languageOf(text: string): Language | undefined {
  if (kanaOrKanji.test(text)) return 'ja';
  return /[A-Za-z]{2,} [A-Za-z]/.test(text) ? 'en' : undefined;
}
