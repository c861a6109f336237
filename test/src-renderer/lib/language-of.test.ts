/** Texts that people wrote keep their own language. */

import { expect, it } from 'vitest';
import { languageOf } from '../../../src-renderer/lib/language-of.ts';

it.each([
  ['締付トルクは85 N·mです', 'ja'],
  ['E31が出た', 'ja'],
  ['Check the oil.', 'en'],
  ['7K-2291-B', undefined],
  ['85 N·m', undefined],
])('%s', (text, language) => expect(languageOf(text)).toBe(language));
