/** Texts that would not come back from the database, or from the system, as they were given. */

import * as v from 'valibot';
import { expect, test } from 'vitest';
import { line, path, text } from '../../../src-main/contract/fields.ts';

test.each([
  ['half a pair', 'a\ud83d'],
  ['the other half', '\ude00a'],
  ['two halves in the wrong order', '\ude00\ud83d'],
  ['the sign that ends a text', 'a\0b'],
])('%s is refused wherever a text is taken', (_, given) => {
  for (const field of [text(100), line(100), path]) expect(v.safeParse(field, given).success).toBe(false);
});

test.each(['', '😀 漢字', 'two\nlines\tand more', '\ufeff'])('%j is taken as it is', (given) => {
  expect(v.parse(text(100), given)).toBe(given);
});
