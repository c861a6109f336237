import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import { createKeyWords } from '../../../native-models/rewording/key-words.ts';
import { createTelling } from '../../../native-models/rewording/telling.ts';
import { wordsOf } from '../../../native-models/rewording/words.ts';

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
  it('speak for their own fact more than for any other', () => {
    const facts = [...Map.groupBy(plant, ({ answer }) => answer)].map(([answer, asked]) => [
      ...asked.map(({ question }) => wordsOf(question)),
      wordsOf(answer),
    ]);
    const telling = createTelling(facts);
    for (const [index, fact] of [0, 0, 0, 1, 1, 1, 2, 2].entries()) {
      for (const text of drawn(index)) {
        expect(telling.speakFor(wordsOf(text), fact)).toBe(true);
        for (const other of [0, 1, 2]) if (other !== fact) expect(telling.speakFor(wordsOf(text), other)).toBe(false);
      }
    }
  });

  it('mostly hold a word that stands in several questions of the fact and in none of another', () => {
    const holding = (index: number, words: RegExp): number => drawn(index).filter((text) => words.test(text)).length;
    expect(holding(0, /butyllithium/iu)).toBeGreaterThan(150);
    expect(holding(6, /集塵機|フィルター/u)).toBeGreaterThan(150);
  });

  it('use words of an answer that says much, but no value and none of a short answer', () => {
    const words = createKeyWords(
      [
        ...fact(
          'Turn the wheel until the belt runs true, then wait 5 rounds and call maintenance.',
          'It drifts, what now?',
        ),
        ...fact('Kerosene.', 'What burns here?'),
      ],
      strange,
    );
    const texts = [0, 1].map((index) =>
      Array.from({ length: 200 }, (_, step) => words.wording(index, new Random(2, step))!),
    );
    expect(texts[0]!.some((text) => /belt/iu.test(text))).toBe(true);
    expect(texts[0]!.some((text) => /drifts.*wheel|wheel.*drifts/iu.test(text))).toBe(true);
    for (const text of texts[0]!) expect(text).not.toMatch(/5/u);
    for (const text of texts[1]!) expect(text).not.toMatch(/kerosene/iu);
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

  it('are none where the same words ask for two facts', () => {
    const words = createKeyWords([...fact('a', 'Where is it?'), ...fact('b', 'Where is it?')], strange);
    for (let step = 0; step < 50; step++) expect(words.wording(0, new Random(1, step))).toBeUndefined();
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
