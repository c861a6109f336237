/** Choosing the next token: greedy, by temperature, out of the nucleus. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argmax, chooseToken } from '../../../native-models/generate/sampling.ts';
import { Random } from '../../../native-models/random.ts';

const logitsOf = (...shares: readonly number[]): Float32Array => Float32Array.from(shares, Math.log);

/** Share of each token in many draws. */
function shares(logits: Float32Array, settings: { temperature: number; topP: number }, draws = 20_000): number[] {
  const random = new Random(3, 'draws');
  const counts = Array.from(logits, () => 0);
  for (let draw = 0; draw < draws; draw++) counts[chooseToken(logits, settings, random)]! += 1 / draws;
  return counts;
}

describe('sampling', () => {
  test('temperature 0 takes the largest logit, the first of equals, and no random number', () => {
    const random = new Random(1);
    expect(chooseToken(Float32Array.of(1, 5, 5, 2), { temperature: 0, topP: 0.5 }, random)).toBe(1);
    expect(random.bits()).toBe(new Random(1).bits());
  });

  test('the nucleus is the smallest set that reaches topP', () => {
    // 0.15, 0.5, 0.05, 0.3: topP 0.6 keeps 0.5 and 0.3.
    const drawn = shares(logitsOf(0.15, 0.5, 0.05, 0.3), { temperature: 1, topP: 0.6 });
    expect(drawn).toEqual([0, expect.closeTo(0.625, 1), 0, expect.closeTo(0.375, 1)]);
    // A topP that the first token alone reaches leaves it alone.
    expect(shares(logitsOf(0.15, 0.5, 0.05, 0.3), { temperature: 1, topP: 0.4 }, 200)[1]).toBeCloseTo(1, 6);
  });

  test('topP 1 keeps every token at its share', () => {
    const drawn = shares(logitsOf(0.15, 0.5, 0.05, 0.3), { temperature: 1, topP: 1 });
    [0.15, 0.5, 0.05, 0.3].forEach((share, index) => expect(Math.abs(drawn[index]! - share)).toBeLessThan(0.015));
  });

  test('temperature sharpens and flattens', () => {
    const logits = logitsOf(0.2, 0.8);
    // Shares are proportional to p^(1/T): 0.04 : 0.64 and √0.2 : √0.8.
    expect(shares(logits, { temperature: 0.5, topP: 1 })[1]).toBeCloseTo(0.64 / 0.68, 1);
    expect(shares(logits, { temperature: 2, topP: 1 })[1]).toBeCloseTo(2 / 3, 1);
  });

  test('whatever is drawn lies in the nucleus', () => {
    const logits = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 40 });
    const fraction = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(logits, fraction, fraction, fc.integer(), (values, topP, temperature, seed) => {
        const array = Float32Array.from(values);
        const token = chooseToken(array, { temperature, topP }, new Random(seed));
        const weights = Array.from(array, (logit) => Math.exp((logit - array[argmax(array)]!) / temperature));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        // Tokens that are strictly likelier than the drawn one must not have reached topP by themselves.
        const likelier = weights.filter((weight) => weight > weights[token]!).reduce((sum, weight) => sum + weight, 0);
        expect(likelier / total).toBeLessThan(topP + 1e-9);
      }),
    );
  });
});
