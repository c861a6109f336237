/** The last dialog says what happened in the reader's language, that nothing is lost, and where to look. */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OfficeError } from '../../../../src-main/contract/errors.ts';
import { criticalError } from '../../../../src-main/hosts/electron/critical-error.ts';

const data = join('/data', '田中 太郎');

it('translates a code', () => {
  const error = new OfficeError('database-locked', { path: data });
  const english = criticalError('cannot-start', error, data, 'en');
  expect(english.title).toBe('Usumaku cannot start');
  expect(english.text).toContain(`The data in ${data} is in use by another Usumaku`);
  expect(english.text).toContain(join(data, 'logs', 'usumaku.log'));
  const japanese = criticalError('cannot-start', error, data, 'ja');
  expect(japanese.title).toBe('薄膜を起動できません');
  expect(japanese.text).toContain('別の薄膜が使用中');
});

it('shows one line of anything else, never a stack', () => {
  const { text } = criticalError('stopped-working', new Error('first line\nsecond line'), data, 'en');
  expect(text).toContain('first line');
  expect(text).not.toContain('second line');
});
