import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../native-models/random.ts';
import { borrowedWordings } from '../../../native-models/rewording/borrowed.ts';
import { createRewording } from '../../../native-models/rewording/index.ts';
import { questionKey } from '../../../native-models/rewording/key.ts';

interface Pair {
  readonly question: string;
  readonly answer: string;
  readonly split?: string;
}
const folder = join(import.meta.dirname, '../../fixtures/own-data');
const sets = readdirSync(folder).filter((name) => name.endsWith('.jsonl') && !name.includes('300'));
const pairsOf = (name: string): readonly Pair[] =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Pair);

/** Questions of everyday life and of other plants, whose words stand around what names a fact. */
const rehearsed = readFileSync(
  join(import.meta.dirname, '../../../native-models/starter/sample-plant/rehearsal.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as Pair).question);

describe('other words for a question', () => {
  it.each(sets)('never make one question of two facts: %s', (name) => {
    const all = pairsOf(name);
    const pairs = all.filter(({ split }) => split === 'train');
    const rewording = createRewording(pairs, 0, rehearsed);
    // Held-out wordings too: what they ask must not be taught with another answer.
    const answers = new Map(all.map(({ question, answer }) => [questionKey(question), answer]));
    const seen = new Map<string, string>();
    pairs.forEach(({ answer }, place) => {
      for (let step = 0; step < 30; step++) {
        const key = questionKey(rewording.reword(place, new Random(1, 'wording', step, place)));
        expect([undefined, answer]).toContain(answers.get(key));
        expect([undefined, answer]).toContain(seen.get(key));
        seen.set(key, answer);
      }
    });
  });

  it('are the same for the same random numbers, and often the original', () => {
    const pairs = pairsOf('jobshop-ja.jsonl');
    const [one, other] = [createRewording(pairs), createRewording(pairs)];
    const texts = Array.from({ length: 400 }, (_, step) => one.reword(7, new Random(3, step)));
    expect(texts).toEqual(Array.from({ length: 400 }, (_, step) => other.reword(7, new Random(3, step))));
    const originals = texts.filter((text) => text === pairs[7]!.question).length;
    expect(originals).toBeGreaterThan(120);
    expect(new Set(texts).size).toBeGreaterThan(20);
  });

  it('keep every digit and capital of a code unless only its hyphen or width changes', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{2}-[0-9]{3}$/), fc.nat(), (code, seed) => {
        const rewording = createRewording([{ question: `What does the alarm ${code} mean?`, answer: 'x' }]);
        const text = rewording.reword(0, new Random(seed));
        expect(questionKey(text)).toContain(questionKey(code));
      }),
    );
  });

  it('leave questions alone that only their spelling tells apart', () => {
    const pairs = [
      { question: 'A-12?', answer: 'left' },
      { question: 'A12?', answer: 'right' },
    ];
    const rewording = createRewording(pairs);
    for (let seed = 0; seed < 100; seed++) {
      pairs.forEach(({ question }, place) => expect(rewording.reword(place, new Random(seed))).toBe(question));
    }
  });
});

describe('wordings that other facts lend', () => {
  const pairs = [
    { question: '鋸盤の係は？', answer: '田中' },
    { question: '鋸盤に詳しい人は？', answer: '田中' },
    { question: '旋盤の係は？', answer: '佐藤' },
    { question: '旋盤は誰が見る？', answer: '佐藤' },
  ];

  it('are put together from two facts that share a way of asking', () => {
    const borrowed = borrowedWordings(pairs);
    expect(borrowed[0]).toContain('鋸盤は誰が見る？');
    expect(borrowed[2]).toContain('旋盤に詳しい人は？');
  });

  it('are none that is asked for another answer', () => {
    const taken = [...pairs, { question: '鋸盤は誰が見る？', answer: '鈴木' }];
    expect(borrowedWordings(taken)[0]).not.toContain('鋸盤は誰が見る？');
  });
});
