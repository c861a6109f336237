import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasKanjiOrHiragana, isJapanese, joined, stemsOf, wordsOf } from '../../../native-models/rewording/words.ts';

describe('words of a text', () => {
  it('are runs of one script, and codes as they are', () => {
    expect(wordsOf('集塵機のフィルターは F-12.5 ですか？').map(({ text }) => text)).toEqual([
      '集塵機',
      'の',
      'フィルター',
      'は',
      'F-12.5',
      'ですか',
    ]);
  });

  it('share a stem with their other forms', () => {
    expect(stemsOf('Diluting')).toEqual(stemsOf('dilution'));
    expect(stemsOf('給液')).toEqual(['給', '液']);
    expect(stemsOf('すべる')).toEqual(['すべ', 'べる']);
    expect(stemsOf('E-104')).toEqual(['e-104']);
    expect(stemsOf('ＥＣ')).toEqual(['ec']);
  });

  it('make the text again, but for what stands before and behind them and the spaces', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const words = wordsOf(text);
        expect(joined(words).replaceAll(/\s/gu, '')).toBe(
          words
            .map(({ text: word, gap }, place) => (place === 0 ? '' : gap) + word)
            .join('')
            .replaceAll(/\s/gu, ''),
        );
      }),
    );
  });

  it('do not run into each other where what stood between them is left out', () => {
    const [oil, , press] = wordsOf('oil of press');
    expect(joined([oil!, { ...press!, gap: '' }])).toBe('oil press');
  });

  it('are Japanese by kana and kanji, katakana alone being foreign words perhaps', () => {
    for (const text of ['P7 の油', 'フィルター', 'P7 oil']) expect(isJapanese(text)).toBe(text !== 'P7 oil');
    expect(hasKanjiOrHiragana(wordsOf('P7 の油'))).toBe(true);
    expect(hasKanjiOrHiragana(wordsOf('フィルター'))).toBe(false);
    expect(hasKanjiOrHiragana(wordsOf('P7 oil'))).toBe(false);
  });
});
