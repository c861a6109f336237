/** Text that comes in pieces: whole characters, and together what is decoded at once. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerPieces, continuedPieces, type TextPieces } from '../../../native-models/text/answer-text.ts';
import { decodeAnswer } from '../../../native-models/text/thought.ts';
import { openTokenizer, type Tokenizer } from '../../../native-models/text/tokenizer.ts';
import { starterFolder } from '../../bench/models.ts';
import { goldenModels, goldenPath } from '../goldens.ts';

async function all(pieces: TextPieces, ids: readonly number[]): Promise<string[]> {
  const said: string[] = [];
  for (const id of ids) said.push(await pieces.add(id));
  return [...said, await pieces.end()];
}

const folders = [starterFolder, ...goldenModels.map((name) => goldenPath(name))];

describe.each(folders)('%s', (folder) => {
  test('pieces are the answer, whatever the tokens', async () => {
    const tokenizer = await openTokenizer(folder);
    const ids = fc.array(fc.nat(tokenizer.vocabularySize - 1), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(ids, async (answer) => {
        expect((await all(await answerPieces(tokenizer), answer)).join('')).toBe(await decodeAnswer(tokenizer, answer));
      }),
      { numRuns: 60 },
    );
  });

  test('no piece holds a part of a character, and spaces between tokens stay', async () => {
    const tokenizer = await openTokenizer(folder);
    const text = 'Torque: 24 N·m, 締め付けは𠮷野さん。\n\n  👷‍♀️ 3 × 5';
    const ids = await tokenizer.encode(text);
    const whole = await tokenizer.decode(ids);
    for (const cut of [0, 3, 9]) {
      const said = await all(await continuedPieces(tokenizer, ids.slice(0, cut)), ids.slice(cut));
      expect(said.join('')).not.toContain('\uFFFD');
      expect(whole.endsWith(said.join(''))).toBe(true);
      expect(said.join('').isWellFormed()).toBe(true);
      for (const piece of said) expect(piece.isWellFormed()).toBe(true);
    }
  });
});

/** One id for each of these texts. */
const tokenizerOf = (...texts: readonly string[]): Tokenizer =>
  ({
    decode: async (ids: readonly number[]) => ids.map((id) => texts[id]).join(''),
    tokenId: (token: string) => (texts.indexOf(token) < 0 ? undefined : texts.indexOf(token)),
  }) as Tokenizer;

test('a text that ends an answer may come in parts, and what only looked like one is said after all', async () => {
  const tokenizer = tokenizerOf('Use ', 'E', 'N', 'D', 'S', ' of it');
  const pieces = await continuedPieces(tokenizer, [], ['ENDS', 'never']);
  expect(await all(pieces, [0, 1, 2, 5, 1, 2, 3])).toEqual(['Use ', '', '', 'EN of it', '', '', '', 'END']);
  const stopped = await continuedPieces(tokenizer, [], ['ENDS', 'never']);
  expect(await all(stopped, [0, 1, 2, 3])).toEqual(['Use ', '', '', '', 'END']);
  const ended = await continuedPieces(tokenizer, [], ['ENDS', 'never']);
  expect(await all(ended, [0, 1, 2, 3, 4, 5])).toEqual(['Use ', '', '', '', '', '', '']);
  expect(ended.stopped).toBe(true);
});

test('a thought is not said, whether its end is a token or a text', async () => {
  const asToken = tokenizerOf('<think>', 'hm', '</think>', '\n\n', 'Yes', ' <b>', '.');
  expect((await all(await answerPieces(asToken), [0, 1, 1, 2, 3, 4, 5, 6])).join('')).toBe('Yes <b>.');
  expect((await all(await answerPieces(asToken), [0, 1, 1])).join('')).toBe('');
  const asText = tokenizerOf('<th', 'ink>', 'hm', '</thi', 'nk> Y', 'es', 'is it');
  expect((await all(await answerPieces(asText), [0, 1, 2, 3, 4, 5])).join('')).toBe('Yes');
  expect((await all(await answerPieces(asText), [0, 6])).join('')).toBe('<this it');
});
