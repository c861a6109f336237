/** Texts that were changed before they came here are named; no text of any language is taken for one. */

import Encoding from 'encoding-japanese';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasBrokenCharacter } from '../../../src-main/importers/broken-characters.ts';

const latin = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const windows = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text, 'utf8'));
const cp932 = (text: string) =>
  Encoding.codeToString(Encoding.convert(Buffer.from(text, 'utf8'), { to: 'UNICODE', from: 'SJIS' }));

const japanese = ['質問は何ですか', '締付トルクはいくつですか？', '非常停止ボタンの左です。', '油の種類'];
const western = ['Wo ist das Öl?', 'Arrêt d’urgence', '5 µm', '80 °C', 'Größe', 'qualité'];

test.each([...japanese, ...western])('UTF-8 that was once read as Western letters: %s', (text) => {
  expect(hasBrokenCharacter(latin(text))).toBe(true);
  expect(hasBrokenCharacter(windows(text))).toBe(true);
});

test.each(japanese.slice(0, 3))('UTF-8 that was once read as CP932: %s', (text) => {
  expect(hasBrokenCharacter(cp932(text))).toBe(true);
});

test.each(['a\0b', 'bell\x07', '\x1B[31mred', 'Part \u202E321\u202C', 'lost \uFFFD', 'half \uD83D', 'old \x85 end'])(
  'what nobody can see or have meant: %j',
  (text) => expect(hasBrokenCharacter(text)).toBe(true),
);

test.each([
  ...japanese,
  ...western,
  'soft\x0Breturn, tab\t, lines\r\n',
  '“CAFÉ” — NESCAFÉ®, « arrêté\u00A0», QUALITÉ\u00A0: 5',
  '“MANHÃ” e “AMANHÔ',
  'ÂNGULO 45°, Ã…',
  'family 👨‍👩‍👧, flag 🇯🇵, か\u3099, \uE000',
  'もつれ（縺れ）を直す。縺れは手前から。',
  'ｶﾅ ﾊﾟﾙｽ',
  'שלום 12 עולם',
])('a good text: %j', (text) => {
  expect(hasBrokenCharacter(text)).toBe(false);
});

test('any words of plants, in any order and with any punctuation, are good; the same twice encoded are not', () => {
  const word = fc.constantFrom(...japanese, ...western.filter((each) => each !== '油の種類'));
  const sign = fc.constantFrom(' ', '、', ' – ', ': ', '\u00A0: ', '” ', '\n', '® ', '° ');
  fc.assert(
    fc.property(fc.array(fc.tuple(word, sign), { minLength: 1, maxLength: 6 }), (parts) => {
      const text = parts.flat().join('');
      expect(hasBrokenCharacter(text)).toBe(false);
      expect(hasBrokenCharacter(windows(text))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
