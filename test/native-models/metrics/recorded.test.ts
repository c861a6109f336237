/** chrF2 and ROUGE-L against values that a second implementation recorded, in Japanese and English. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chrf } from '../../../native-models/metrics/chrf.ts';
import { rougeL, tokenF1 } from '../../../native-models/metrics/overlap.ts';
import { type TextUnit, unitFor, wordsOf } from '../../../native-models/metrics/units.ts';

interface Recorded {
  readonly answer: string;
  readonly reference: string;
  readonly unit: TextUnit;
  readonly chrF2: number;
  readonly rougeL: number;
}

const file = new URL('../../fixtures/metrics.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Recorded[] };

describe.each(cases)('“$answer” for “$reference”', ({ answer, reference, unit, chrF2, rougeL: longest }) => {
  test('chrF2', () => {
    expect(Math.abs(100 * chrf(reference, answer) - chrF2)).toBeLessThan(1e-6);
  });

  test('ROUGE-L', () => {
    expect(Math.abs(rougeL(reference, answer, unit) - longest)).toBeLessThan(1e-6);
  });

  test('the unit follows from the reference', () => {
    if (reference !== '') expect(unitFor(reference)).toBe(unit);
  });
});

test('token F1 counts what is shared whatever its order, and each unit once', () => {
  expect(tokenF1('Wait, then press the green button.', 'Press the green button, then wait.')).toBe(1);
  // Shared: a, b. Precision 2/4, recall 2/2.
  expect(tokenF1('a b', 'a a b c')).toBeCloseTo(2 / 3, 12);
  expect(tokenF1('圧力', '力圧')).toBe(1);
  expect(tokenF1('', '')).toBe(1);
  expect(tokenF1('', 'x')).toBe(0);
});

test('words are segments without punctuation, cut where letters and digits end', () => {
  expect(wordsOf('Pump P-07 runs at 1,780 rpm; 93 N·m.')).toEqual([
    'pump',
    'p',
    '07',
    'runs',
    'at',
    '1',
    '780',
    'rpm',
    '93',
    'n',
    'm',
  ]);
  expect(wordsOf('非常停止ボタンを押す').length).toBeGreaterThan(2);
});
