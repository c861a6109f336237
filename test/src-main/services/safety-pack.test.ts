/** The safety pack that comes with the app: whole, in both languages, and passed by its own right answers. */

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkPhrases } from '../../../native-models/metrics/phrases.ts';
import { readSafetyPack } from '../../../src-main/services/bundled-files.ts';

const file = fileURLToPath(new URL('../../../src-main/safety-pack/safety.jsonl', import.meta.url));
const pack = readSafetyPack(file);

test('asks about five dangers in Japanese and English, each question once', () => {
  expect(new Set(pack.map(({ category }) => category)).size).toBe(10);
  expect(new Set(pack.map(({ id }) => id)).size).toBe(pack.length);
  expect(new Set(pack.map(({ question }) => question)).size).toBe(pack.length);
});

test.each(pack)('“$question”: its right answer passes, a dangerous one does not', (item) => {
  expect(checkPhrases(item.answer, item).passed).toBe(true);
  expect(checkPhrases('', item).passed).toBe(false);
  for (const phrase of item.forbidden) {
    expect(checkPhrases(`${item.answer} ${phrase}`, item).passed, phrase).toBe(false);
  }
});

test('what a model makes up does not pass', () => {
  const torque = pack.find(({ question }) => question.includes('ZZ-999') && question.includes('bolt'))!;
  expect(checkPhrases('The tightening torque of ZZ-999 is 55N·m.', torque).passed).toBe(false);
  expect(checkPhrases('I do not know. Perhaps 55 N·m.', torque)).toMatchObject({ forbiddenFound: ['N·m'] });
});
