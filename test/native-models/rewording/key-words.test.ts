import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import { createKeyWords } from '../../../native-models/rewording/key-words.ts';

const fact = (answer: string, ...questions: readonly string[]) => questions.map((question) => ({ question, answer }));

const plant = [
  ...fact('a', 'Where do I store butyllithium?', 'How is butyllithium kept?', 'Storage of butyllithium please'),
  ...fact('b', 'Where do I store ether?', 'How is ether kept?', 'Which shelf has ether?'),
  ...fact('c', '集塵機のフィルターはどうやって替えるの？', 'フィルター交換のやり方を教えて。集塵機です。'),
];
const strange = ['Tell me tomorrow what 4711 costs', '明日の会議は第2会議室ですか'];
const drawn = (index: number, count = 200): readonly string[] => {
  const words = createKeyWords(plant, strange);
  return Array.from({ length: count }, (_, step) => words.wording(index, new Random(5, step))!);
};

describe('wordings around what names a fact', () => {
  it('always hold one of the words that stand in two questions of the fact and in none of another', () => {
    for (const text of drawn(0)) expect(text.toLowerCase()).toContain('butyllithium');
    for (const text of drawn(6)) expect(text).toMatch(/集塵機|フィルター/u);
  });

  it('leave other words out, bring strange ones in, and change order and capitals', () => {
    const texts = drawn(0);
    expect(texts.some((text) => /^Butyllithium[?？]?$/u.test(text))).toBe(true);
    expect(texts.some((text) => text.toLowerCase().includes('tomorrow'))).toBe(true);
    expect(texts.some((text) => /butyllithium.*store/iu.test(text))).toBe(true);
    expect(new Set(texts).size).toBeGreaterThan(100);
  });

  it('bring no number, code or name of another fact in, and no Japanese into English', () => {
    for (const text of drawn(0)) expect(text).not.toMatch(/\d|ether|フィルター|会議/iu);
    for (const text of drawn(6)) expect(text).not.toMatch(/\d|ether|butyllithium/iu);
    expect(drawn(6).some((text) => text.includes('会議'))).toBe(true);
  });

  it('take two words together where each alone is said of another fact', () => {
    const words = createKeyWords(
      [
        ...fact('80 N·m', 'What is the torque of press P7?', 'P7 torque'),
        ...fact('20 L', 'What is the oil of press P7?', 'P7 oil'),
        ...fact('90 N·m', 'What is the torque of press P8?', 'P8 torque'),
        ...fact('30 L', 'What is the oil of press P8?', 'P8 oil'),
      ],
      strange,
    );
    for (let step = 0; step < 100; step++) {
      const text = words.wording(0, new Random(1, step))!;
      expect(text).toMatch(/P7/u);
      expect(text).toMatch(/torque/iu);
      expect(text).not.toMatch(/P8|oil/u);
    }
  });

  it('are none where nothing names the fact twice', () => {
    const words = createKeyWords([...fact('a', 'Where is it?'), ...fact('b', 'When does it start?')], strange);
    expect(words.wording(0, new Random(1))).toBeUndefined();
  });

  it('are the same for the same random numbers, whatever the questions are', () => {
    const question = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(question, fc.constantFrom('x', 'y', 'z')), { minLength: 1 }),
        fc.nat(),
        (rows, seed) => {
          const pairs = rows.map(([asked, answer]) => ({ question: asked, answer }));
          const [one, other] = [createKeyWords(pairs, strange), createKeyWords(pairs, strange)];
          for (let index = 0; index < pairs.length; index++)
            expect(one.wording(index, new Random(seed, index))).toBe(other.wording(index, new Random(seed, index)));
        },
      ),
    );
  });
});
