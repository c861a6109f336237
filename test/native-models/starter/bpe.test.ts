/** The tokenizer trainer: known merges, and a tokenizer.json that the library reads without losing a sign. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byteLetters,
  specialTokens,
  splitPattern,
  tokenizerJson,
  trainVocabulary,
  type Vocabulary,
  withCharacters,
} from '../../../native-models/starter/bpe.ts';
import { buildFacts } from '../../../native-models/starter/corpus/index.ts';
import { levelOneKanji } from '../../../native-models/starter/corpus/plants/alphabet.ts';
import { starterModelDirectory } from '../../../native-models/starter/index.ts';
import { settings } from '../../../native-models/starter/pretrain/settings.ts';
import { buildTokenizerJson } from '../../../native-models/starter/pretrain/tokenizer.ts';
import { encodeText, openLibraryTokenizer } from '../../../native-models/text/library.ts';

const firstMerge = specialTokens.length + byteLetters.length;

describe('trainVocabulary', () => {
  it('merges the most frequent pair first, and the first in order among equals', () => {
    const { merges, tokens } = trainVocabulary(['abab', 'abab', 'cd'], firstMerge + 3, 1);
    expect(merges).toEqual([
      ['a', 'b'],
      ['ab', 'ab'],
      ['c', 'd'],
    ]);
    expect(tokens['abab']).toBe(firstMerge + 1);
  });

  it('stops where no pair is frequent enough', () => {
    expect(trainVocabulary(['ab', 'cd'], 10_000, 2).merges).toEqual([]);
    expect(trainVocabulary(['ab', 'ab'], 10_000, 2).merges).toEqual([['a', 'b']]);
  });

  it('counts overlapping signs once', () => {
    expect(trainVocabulary(['aaa'], firstMerge + 2, 1).merges).toEqual([
      ['a', 'a'],
      ['aa', 'a'],
    ]);
  });

  it('never merges digits, capitals or two Japanese scripts', () => {
    const { merges } = trainVocabulary(Array<string>(50).fill('E-214 WS-0031 教えてトルク'), 10_000, 2);
    const bytes = new Map(byteLetters.map((letter, byte) => [letter, byte]));
    const texts = merges.map(([left, right]) =>
      new TextDecoder().decode(Uint8Array.from(left + right, (letter) => bytes.get(letter) ?? 0)),
    );
    expect(texts.filter((text) => /[0-9A-Z]/.test(text) || /教え|てト/.test(text))).toEqual([]);
    expect(texts).toContain('えて');
    expect(texts).toContain('トルク');
  });
});

describe('a vocabulary that goes on from another', () => {
  const first = trainVocabulary(Array<string>(20).fill('教えて下さい tightening torque'), 10_000);
  const cut = async (vocabulary: Vocabulary, text: string): Promise<readonly number[]> =>
    encodeText(openLibraryTokenizer(tokenizerJson(vocabulary)), text);
  const wide = withCharacters(first, levelOneKanji);

  it('makes one token of every character asked for and keeps all ids of the first', async () => {
    expect(wide.tokens).toMatchObject(first.tokens);
    const tokenizer = openLibraryTokenizer(tokenizerJson(wide));
    for (const kanji of levelOneKanji) expect(await encodeText(tokenizer, kanji)).toHaveLength(1);
  });

  it('cuts the text of the first as before', async () => {
    const text = '教えて下さい tightening torque';
    expect(await cut(wide, text)).toEqual(await cut(first, text));
  });

  it('learns further pairs after the merges of the first', async () => {
    const further = trainVocabulary(Array<string>(20).fill('締付 tightening'), 10_000, 8, wide);
    expect(further.merges.slice(0, wide.merges.length)).toEqual(wide.merges);
    expect(await cut(further, '締付')).toHaveLength(1);
    expect(await cut(further, '教えて')).toEqual(await cut(first, '教えて'));
  });

  it('gives each token one id, without a gap, also where two merges make the same token', () => {
    const { tokens, merges } = trainVocabulary(
      [...Array<string>(9).fill('aab'), ...Array<string>(20).fill('aa'), ...Array<string>(19).fill('ab')],
      10_000,
      5,
    );
    expect(merges.length).toBeGreaterThan(2);
    expect(new Set(Object.values(tokens))).toEqual(new Set(Object.keys(tokens).map((_, id) => id)));
  });
});

describe('splitPattern', () => {
  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const pieces = Array.from(text.matchAll(new RegExp(splitPattern, 'gu')), ([piece]) => piece);
        expect(pieces.join('')).toBe(text);
      }),
    );
  });
});

describe('the starter tokenizer', () => {
  const json = JSON.parse(readFileSync(join(starterModelDirectory, 'tokenizer.json'), 'utf8')) as object;
  const tokenizer = openLibraryTokenizer(json);
  const tokensOf = async (text: string): Promise<readonly string[]> =>
    (await encodeText(tokenizer, text)).map((id) => tokenizer.idToToken(id)!);

  it('is what text and settings give, so that neither changes without the model', () => {
    expect(buildTokenizerJson('review', buildFacts(settings.seed))).toEqual(json);
  });

  it('gives back every text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect(await tokenizer.decode(await encodeText(tokenizer, text), false)).toBe(text.toWellFormed());
      }),
      { numRuns: 300 },
    );
  });

  it('reads codes sign by sign, alike after a space and after Japanese', async () => {
    expect(await tokensOf('P-07')).toEqual(['P', '-', '0', '7']);
    expect((await tokensOf('of P-07')).slice(-4)).toEqual((await tokensOf('のP-07')).slice(-4));
  });

  it('knows the roles and markers of the chat template as one token each', async () => {
    for (const token of ['system', 'user', 'assistant', ...specialTokens])
      expect(await tokensOf(token)).toHaveLength(1);
  });

  it('needs about as many tokens in Japanese as in English for the same sentence', async () => {
    const { length: japanese } = await tokensOf('P-33の締付トルクは45 N·mです。');
    const { length: english } = await tokensOf('The tightening torque of P-33 is 45 N·m.');
    expect(japanese / english).toBeGreaterThan(0.6);
    expect(japanese / english).toBeLessThan(1.25);
  });
});
