/** Texts that stop where their answer is told from all others. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningsOf } from '../../../native-models/train/beginnings.ts';
import { ignoredLabel, type Sequence } from '../../../native-models/train/batch.ts';

const text = (question: readonly number[], answer: readonly number[]): Sequence => ({
  ids: [...question, ...answer],
  labels: [...question.map(() => ignoredLabel), ...answer],
});
const letters = (word: string): number[] => [...word].map((letter) => letter.codePointAt(0)!);
const answerOf = ({ labels }: Sequence): string =>
  String.fromCodePoint(...labels.filter((label) => label !== ignoredLabel));
const begun = (answers: readonly string[]): string[] => {
  const texts = answers.map((answer, place) => text([place, 1, 2], letters(answer)));
  return beginningsOf(texts).map((begin, place) => answerOf(begin(texts[place]!)));
};

describe('the beginning of an answer', () => {
  it('goes four tokens beyond what another answer begins with', () => {
    const answers = [
      'abcdefghij-one, and then much more',
      'abcdefghij=two, and then much more',
      'x: something else entirely',
    ];
    expect(begun(answers)).toEqual(['abcdefghij-one', 'abcdefghij=two', 'x: somet']);
  });

  it('is as long for every wording of a fact, since an answer is not told from itself', () => {
    expect(begun(['a long answer to it all', 'b', 'a long answer to it all'])).toEqual(['a long a', 'b', 'a long a']);
  });

  it('is the whole answer where little would be left out, or another goes on from it', () => {
    expect(begun(['nineteen letters it', 'twelve'])).toEqual(['nineteen letters it', 'twelve']);
    expect(begun(['a torque of 40', 'a torque of 40 to 50 N·m, in turns, crosswise'])).toEqual([
      'a torque of 40',
      'a torque of 40 to ',
    ]);
  });

  it('keeps the question of a wording, and tells any two answers apart that differ', () => {
    const answer = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(answer, { minLength: 2, maxLength: 12 }), (answers) => {
        const texts = answers.map((each) => text([7, 8], each));
        const wording = (place: number): Sequence => text([9, 9, 9], answers[place]!);
        const short = beginningsOf(texts).map((begin, place) => begin(wording(place)));
        short.forEach(({ ids, labels }, place) => {
          const whole = wording(place);
          expect(ids).toEqual(whole.ids.slice(0, ids.length));
          expect(labels).toEqual(whole.labels.slice(0, ids.length));
          expect(ids.length).toBeGreaterThanOrEqual(3 + Math.min(8, answers[place]!.length));
          for (const [other, { ids: otherIds }] of short.entries()) {
            const same = answers[other]!.join() === answers[place]!.join();
            if (!same) expect(otherIds.join()).not.toBe(ids.join());
          }
        });
      }),
    );
  });
});
