/** Days as a person means them: from the first one’s beginning to the last one’s end. */

import { expect, test } from 'vitest';
import { logFilterOf, wholeLog } from '../../../src-renderer/features/govern/log-filter.ts';

test('one day is that whole day of the reader’s clock', () => {
  const { from, until } = logFilterOf({ ...wholeLog, from: '2026-03-31', until: '2026-03-31' });
  expect(new Date(from!)).toEqual(new Date(2026, 2, 31));
  expect(new Date(until!)).toEqual(new Date(2026, 3, 1));
});

test('a day that is open, or half typed, narrows nothing down', () => {
  expect(logFilterOf({ ...wholeLog, by: 'ann', from: '', until: '2026-' })).toEqual({
    ...{ kind: '', by: 'ann', subject: '', text: '' },
    ...{ from: null, until: null },
  });
});
