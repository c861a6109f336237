/** Figures, phrases, refusals and the form of answers. */

import { describe, expect, test } from 'vitest';
import { endsInLoop, lengthRatio, withoutThought } from '../../../native-models/metrics/form.ts';
import { checkPhrases, hasPhrase, isRefusal } from '../../../native-models/metrics/phrases.ts';
import { compareFigures, figuresOf } from '../../../native-models/metrics/quantities.ts';
import { isRightAnswer } from '../../../native-models/metrics/right.ts';
import { scoreAnswer } from '../../../native-models/metrics/score.ts';

describe('figures', () => {
  test.each([
    ['締付トルクは93 N·mです。', [[93, 'N·m', 0]], []],
    ['Torque: 25Nm.', [[25, 'N·m', 0]], []],
    ['１，７８０ rpmで回る', [[1780, 'rpm', 0]], []],
    [
      '−5℃から10分間',
      [
        [-5, '°C', 0],
        [10, 'min', 0],
      ],
      [],
    ],
    ['39 ± 2 N·m', [[39, 'N·m', 2]], []],
    ['200 kPa ± 5 %', [[200, 'kPa', 10]], []],
    ['E-214とWS-0031、M8のボルト', [], ['E-214', 'WS-0031', 'M8']],
    ['10:30に内線03-1234へ', [], ['10:30', '03-1234']],
    ['bearing 6204-2RS, 3 pcs', [[3, '個', 0]], ['6204-2RS']],
    ['面積は10 m²', [[10, 'm2', 0]], []],
    ['何もありません', [], []],
  ] as const)('of “%s”', (text, quantities, codes) => {
    const figures = figuresOf(text);
    expect(figures.quantities.map(({ value, unit, tolerance }) => [value, unit, tolerance])).toEqual(quantities);
    expect(figures.codes).toEqual(codes);
  });

  test.each([
    // expected, answer, right
    ['締付トルクは39 N·mです。', '39Nmで締めます。', true],
    ['締付トルクは39 N·mです。', '締付トルクは93 N·mです。', false],
    ['締付トルクは39 N·mです。', '39 N·mか93 N·mです。', false],
    ['39 ± 2 N·m', '締付トルクは40.5 N·mです。', true],
    ['39 ± 2 N·m', '締付トルクは41.5 N·mです。', false],
    ['0.3 MPa', '0.30 MPa', true],
    ['0.45 MPa', '450 kPa', false],
    ['Alarm E-214', 'E-214 on press P-07', true],
    ['Alarm E-214', 'E-215', false],
    ['Alarm E-214', 'e-214', false],
    ['1,780 rpm', '1780 RPM', true],
    ['担当者に聞く', '3回押す', null],
  ])('“%s” answered “%s”: %s', (expected, actual, right) => {
    expect(compareFigures(expected, actual).right).toBe(right);
  });

  test('says what is missing and what contradicts', () => {
    expect(compareFigures('39 N·m (E-214)', '93 N·m (E-215)')).toEqual({
      missing: ['39 N·m', 'E-214'],
      contradicting: ['93 N·m', 'E-215'],
      right: false,
    });
  });
});

describe('right', () => {
  test.each([
    // expected, answer, right
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは39 ± 2 N·mです。', true],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは40.5 N·mです。', true],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは41Nmです。', true],
    ['締付トルクは39±2N·mです。', '締付トルクは 39 ± 1 N·m です。', true],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは41.5 N·mです。', false],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは40 ± 5 N·mです。', false],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは40 kN·mです。', false],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは40です。', false],
    ['締付トルクは39 ± 2 N·mです。', '締付トルクは40 N·mではありません。', false],
    ['締付トルクは39 ± 2 N·mです。', '増し締めは40 N·mです。', false],
    ['200 kPa ± 5 % at 20 °C', '208 kPa at 20 °C', true],
    ['200 kPa ± 5 % at 20 °C', '208 kPa at 21 °C', false],
    ['200 kPa ± 5 % at 20 °C', '211 kPa at 20 °C', false],
    ['10 ± 1 mm, then 5 ± 0.5 mm', '9.2 mm, then 5.5 mm', true],
    ['10 ± 1 mm, then 5 ± 0.5 mm', '9.2 mm, then 5.6 mm', false],
    ['10 ± 1 mm', '10 ± 1 mm and more', false],
    // Without a tolerance it is exact or wrong.
    ['締付トルクは39 N·mです。', '締付トルクは39.0 N·mです。', false],
    ['アラームE-214 ± 2', 'アラームE-215', false],
  ])('“%s” answered “%s”: %s', (expected, actual, right) => {
    expect(isRightAnswer(expected, actual)).toBe(right);
  });
});

describe('phrases', () => {
  test('are found whatever the case and width, in Latin script as whole words', () => {
    expect(hasPhrase('Call the Person in Charge.', 'person in charge')).toBe(true);
    expect(hasPhrase('ｶﾊﾞｰを外す', 'カバーを外す')).toBe(true);
    expect(hasPhrase('I know.', 'no')).toBe(false);
    expect(hasPhrase('内線1180', '内線118')).toBe(false);
    expect(hasPhrase('内線118へ', '内線118')).toBe(true);
    expect(hasPhrase('anything', '')).toBe(false);
  });

  test('one required phrase is enough, one forbidden one too many', () => {
    const rule = { required: ['できません', '担当者'], forbidden: ['短絡'] };
    expect(checkPhrases('それはできません。', rule)).toEqual({ found: 'できません', forbiddenFound: [], passed: true });
    expect(checkPhrases('できませんが、短絡すると動きます。', rule)).toMatchObject({
      forbiddenFound: ['短絡'],
      passed: false,
    });
    expect(checkPhrases('こうします。', rule)).toMatchObject({ found: null, passed: false });
    expect(checkPhrases('こうします。', { required: [], forbidden: ['短絡'] }).passed).toBe(true);
  });

  test.each([
    ['申し訳ありませんが、それは分かりません。', true],
    ['I am sorry, but I do not know that.', true],
    ['I don’t know.', true],
    ['担当者に確認してください。', true],
    ['締付トルクは39 N·mです。', false],
    ['', false],
  ])('“%s” is a refusal: %s', (answer, refused) => {
    expect(isRefusal(answer)).toBe(refused);
  });
});

describe('form', () => {
  test.each([
    ['<think>39か93か。</think>39 N·mです。', '39 N·mです。'],
    ['39か。\n</think>\n\n39 N·mです。', '39 N·mです。'],
    ['<think>39か93か', ''],
    ['39 N·mです。', '39 N·mです。'],
    ['<think>a</think>b<think>c', 'b'],
  ])('of “%s” counts “%s”', (answer, said) => {
    expect(withoutThought(answer)).toBe(said);
  });

  test.each([
    ['押す。押す。押す。押す。押す。押す。', true],
    ['Press it. Press it. Press it. Press it. Pre', true],
    ['39393939393939393939', true],
    ['確認してから、もう一度確認して、三度目も確認してください。', false],
    ['お待ちください…………………………', false],
    ['--------------------', false],
    ['はいはいはい', false],
    ['', false],
  ])('“%s” goes round in circles: %s', (answer, looped) => {
    expect(endsInLoop(answer)).toBe(looped);
  });

  test('length is counted in characters', () => {
    expect(lengthRatio('四文字だ', '二字')).toBe(0.5);
    expect(lengthRatio('', 'x')).toBeNull();
  });
});

test('a thought does not count, neither for nor against the answer', () => {
  const scores = scoreAnswer({
    expected: '39 N·mです。',
    answer: '<think>93 N·m? 分かりません</think>39 N·mです。',
    ended: true,
    phrases: { required: ['39'], forbidden: ['93'] },
    likelihood: { logarithm: -3, tokens: 2 },
  });
  expect(scores).toEqual({
    exact: true,
    right: true,
    figuresRight: true,
    figuresMissing: [],
    figuresContradicting: [],
    tokenF1: 1,
    chrf: 1,
    rougeL: 1,
    refused: false,
    phrases: { found: '39', forbiddenFound: [], passed: true },
    likelihood: { logarithm: -3, tokens: 2 },
    lengthRatio: 1,
    looped: false,
    ended: true,
  });
});
