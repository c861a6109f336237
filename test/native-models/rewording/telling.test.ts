import { describe, expect, it } from 'vitest';
import { createTelling } from '../../../native-models/rewording/telling.ts';
import { wordsOf } from '../../../native-models/rewording/words.ts';

const textsOf = (...texts: readonly string[]) => texts.map(wordsOf);
const facts = [
  textsOf('What is the torque of press P7?', 'P7 torque', '80 N·m'),
  textsOf('What is the oil of press P7?', 'P7 oil', '20 L'),
  textsOf('What is the torque of press P8?', 'P8 torque', '90 N·m'),
  textsOf('The belt drifts', 'belt runs askew', 'Turn the wheel of the belt.'),
];
const telling = createTelling(facts);
const weightOf = (word: string, fact: number): number => telling.weight(wordsOf(word)[0]!, fact);

describe('what a word tells of a fact', () => {
  it('is the square of its inverse document frequency, less that of a word that all facts have', () => {
    // Two of four facts have P7, each in several texts.
    const expected = Math.log(1 + 4 / 2) ** 2 - Math.log(2) ** 2;
    expect(weightOf('P7', 0)).toBeCloseTo(expected, 12);
    expect(weightOf('P7', 2)).toBe(0);
    expect(weightOf('unheard', 0)).toBe(0);
    expect(weightOf('the', 0)).toBe(0);
  });

  it('is half where one text alone has it', () => {
    expect(weightOf('drifts', 3)).toBeCloseTo((Math.log(5) ** 2 - Math.log(2) ** 2) / 2, 12);
    expect(weightOf('belt', 3)).toBeCloseTo(Math.log(5) ** 2 - Math.log(2) ** 2, 12);
  });
});

describe('whom words speak for', () => {
  it('is a fact that they tell from all others, and nobody where they could mean two', () => {
    expect(telling.speakFor(wordsOf('P7 torque please'), 0)).toBe(true);
    expect(telling.speakFor(wordsOf('P7'), 0)).toBe(false);
    expect(telling.speakFor(wordsOf('torque'), 0)).toBe(false);
    expect(telling.speakFor(wordsOf('the'), 0)).toBe(false);
    expect(telling.speakFor(wordsOf('unheard of'), 0)).toBe(false);
  });

  it('is right among more facts than are compared for one text', () => {
    const many = Array.from({ length: 1000 }, (_, place) =>
      textsOf(`Oil of press P${place}`, `P${place} oil`, `Drum ${place % 7}`),
    );
    const among = createTelling(many);
    expect(among.speakFor(wordsOf('oil P123'), 123)).toBe(true);
    expect(among.speakFor(wordsOf('oil P123'), 124)).toBe(false);
    expect(among.speakFor(wordsOf('oil press'), 123)).toBe(false);
  });
});
