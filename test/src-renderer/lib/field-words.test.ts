/** What a changed field said, as the reader’s language writes it. */

import { expect, test } from 'vitest';
import { fieldValue } from '../../../src-renderer/lib/field-words.ts';
import { translator } from '../../../src-renderer/lib/i18n.svelte.ts';

test('shares, numbers, codes and nothing', () => {
  translator.language = 'ja';
  const said = (field: string, value: Parameters<typeof fieldValue>[1]) =>
    fieldValue(field, value).replaceAll('\u202f', ' ');
  expect(said('targetScore', 0.8)).toBe('80 %');
  expect(said('targetScore', 0.825)).toBe('82.5 %');
  expect(said('hourlyCost', 4000)).toBe('4,000');
  expect(said('electricityPrice', 0.25)).toBe('0.25');
  expect(said('split', 'heldOut')).toBe(translator.text('split.heldOut'));
  expect(said('required', true)).toBe('はい');
  expect(said('purpose', '')).toBe('（なし）');
  expect(said('answering', null)).toBe('基礎モデル');
});
