/** A halt as a notice says it, in both languages. */

import { expect, test } from 'vitest';
import { haltInWords } from '../../../src-main/contract/rollout-words.ts';

const halted = { kind: 'halted', route: 'standard', candidate: 'press', by: 'guards', reason: '' } as const;

test('names the cause and how many answers are behind it', () => {
  expect(haltInWords({ ...halted, guard: 'bad', causes: ['a', 'b'] }, 'en')).toEqual({
    title: 'A rollout was halted',
    text: 'press on the route standard: Bad answers. What answered before answers the next question. Answers that caused it: 2.',
  });
  expect(haltInWords({ ...halted, guard: 'leak', causes: ['a'] }, 'ja').text).toBe(
    'press（経路 standard）: 連絡先の漏えい。次の質問からは、以前の回答に戻ります。原因の回答は1件です。',
  );
});

test('names the person and the reason where no guard did it', () => {
  const byHand = { ...halted, guard: null, by: 'Sato', reason: 'smoke {by}', causes: [] };
  expect(haltInWords(byHand, 'en').text).toBe(
    'Sato halted press on the route standard: smoke {by}. What answered before answers the next question.',
  );
});
