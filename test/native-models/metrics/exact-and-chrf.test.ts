import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chrf } from '../../../native-models/metrics/chrf.ts';
import { exactMatch, normalise } from '../../../native-models/metrics/exact.ts';

describe('exact match', () => {
  test.each([
    ['ｱﾗｰﾑE-214', 'アラームE-214'],
    ['２５ Ｎ·ｍ', '25 N·m'],
    ['80℃', '80°C'],
    ['  給油圧力を\n確認する\t ', '給油圧力を 確認する'],
    ['全角　空白', '全角 空白'],
  ])('%j equals %j', (expected, actual) => {
    expect(exactMatch(expected, actual)).toBe(true);
  });

  test.each([
    ['E-214', 'e-214'],
    ['E-214', 'E-241'],
    ['WS-0031', 'WS-31'],
    ['25 N·m', '25 N・m'],
    ['25 N·m', '25 Nm'],
    ['0.45MPa', '0.45mPa'],
    ['25.0', '25'],
    ['25', '-25'],
    ['押さない', '押さなし'],
    ['はい', 'はい。'],
  ])('%j does not equal %j', (expected, actual) => {
    expect(exactMatch(expected, actual)).toBe(false);
  });

  test('normalising twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
    );
  });
});

describe('chrF', () => {
  // Expected, actual, and sentence-level chrF2 / 100 of sacreBLEU 2.6.0 on the NFKC forms.
  test.each([
    ['The torque for bolt M8 is 25 N·m.', 'The torque for bolt M8 is 52 N·m.', 0.8229167450906582],
    [
      '非常停止ボタンを押してから、主電源を切ってください。',
      '非常停止ボタンを押してから主電源を切る。',
      0.5813296453247601,
    ],
    [
      'E-214は給油圧力の低下です。ポンプを確認してください。',
      'E-214は給油圧力低下のアラームです。',
      0.36279604246981106,
    ],
    ['abc', 'abcd', 0.8984375],
    ['a', 'a', 1.0],
    ['ab', 'ba', 0.5],
    ['締め付けトルクは25 N·mです。', '締付トルクは 25 N·m', 0.5333323854210648],
    ['The cat sat on the mat.', 'the cat is on a mat', 0.2992193433968318],
    ['😀😀部品', '😀部品', 0.6886227544910178],
    ['猫', '犬', 0.0],
  ])('%j against %j is what sacreBLEU says', (expected, actual, score) => {
    expect(chrf(expected, actual)).toBeCloseTo(score, 12);
  });

  test('by hand: one of two characters, none of one pair', () => {
    // Precision and recall are 1/2 over single characters and 0/1 over pairs: 1/4 each, and so is their F-score.
    expect(chrf('ab', 'ac')).toBeCloseTo(0.25, 12);
  });

  test('a safety sentence that differs in one character is near, not zero', () => {
    expect(chrf('必ず主電源を切ってから扉を開ける。', '必ず主電源を切ってから扉を開く。')).toBeGreaterThan(0.7);
  });

  test('stays between 0 and 1, and is 1 for the same text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '部', '品', '😀', '5'), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (expected, actual) => {
        const score = chrf(expected, actual);
        const same = normalise(expected).replaceAll(' ', '') === normalise(actual).replaceAll(' ', '');
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        if (same) expect(score).toBe(1);
      }),
    );
  });
});
