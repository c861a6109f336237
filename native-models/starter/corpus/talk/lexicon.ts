/** Words that people use about one thing or situation: synonyms, everyday words, the symptom, the tool, the typical verb. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bilingual, Language } from '../types.ts';

/** One notion: the words for it. */
export type Notion = readonly string[];

const read = (language: Language): readonly Notion[] =>
  readFileSync(join(import.meta.dirname, `lexicon-${language}.txt`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(', '));

export const notions: Bilingual<readonly Notion[]> = { ja: read('ja'), en: read('en') };
