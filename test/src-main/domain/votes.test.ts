/** The blind vote: what is asked, where answers stand, and what votes add up to. */

import { describe, expect, test } from 'vitest';
import { type CastVote, countVotes, firstIs, toVoteOn } from '../../../src-main/domain/votes.ts';
import { cohensKappa } from '../../../src-main/domain/statistics/agreement.ts';

const item = (n: number, set: CastVote['set'] = 'phrasings') => ({ set, exampleId: `${n}`, base: 'b', adapter: 'a' });
const items = Array.from({ length: 100 }, (_, n) => item(n));
const vote = (voter: string, n: number, choice: CastVote['choice']): CastVote => ({
  ...{ set: 'phrasings', exampleId: `${n}`, voter, choice },
});

describe('what is put to the vote', () => {
  test('thirty questions whose answers differ, the same for everybody, in no telling order', () => {
    const asked = toVoteOn('ev', items);
    expect(asked).toHaveLength(30);
    expect(toVoteOn('ev', items.toReversed())).toEqual(asked);
    expect(toVoteOn('another', items)).not.toEqual(asked);
    expect(asked.map(({ exampleId }) => Number(exampleId))).not.toEqual(asked.map((_, n) => n));
  });

  test('neither equal answers nor safety', () => {
    expect(toVoteOn('ev', [{ ...item(1), adapter: ' b' }, item(2, 'safety'), item(3, 'general')])).toEqual([
      item(3, 'general'),
    ]);
  });

  test('sides are half and half, and another person has others', () => {
    const sides = (voter: string) => items.map((each) => firstIs('ev', each, voter));
    const first = sides('田中').filter((side) => side === 'base').length;
    // Within four standard deviations of a fair coin.
    expect(Math.abs(first - 50)).toBeLessThan(20);
    expect(sides('田中')).toEqual(sides('田中'));
    expect(sides('田中')).not.toEqual(sides('佐藤'));
  });
});

describe('the result', () => {
  const asked = items.slice(0, 5);

  test('counts questions by what most preferred, and tests those', () => {
    const votes = [
      ...[vote('x', 0, 'adapter'), vote('y', 0, 'adapter'), vote('z', 0, 'base')],
      ...[vote('x', 1, 'adapter'), vote('y', 1, 'same'), vote('x', 2, 'base'), vote('y', 3, 'same')],
      // Of a question that is no longer put to the vote.
      vote('x', 99, 'base'),
    ];
    expect(countVotes(asked, votes)).toMatchObject({
      ...{ questions: 5, adapter: 2, base: 1, even: 1, pValue: 1 },
      voters: [
        { name: 'x', votes: 3 },
        { name: 'y', votes: 3 },
        { name: 'z', votes: 1 },
      ],
      agreement: { measure: 'fleiss', questions: 1 },
    });
  });

  test('two people agree by Cohen’s kappa, on what both voted on', () => {
    const choices = [
      ['adapter', 'adapter'],
      ['base', 'base'],
      ['adapter', 'base'],
      ['same', 'same'],
    ] as const;
    const votes = choices.flatMap(([x, y], n) => [vote('x', n, x), vote('y', n, y)]);
    const { agreement } = countVotes(asked, [...votes, vote('x', 4, 'base')]);
    const [first, second] = [choices.map(([x]) => x), choices.map(([, y]) => y)];
    expect(agreement).toEqual({ measure: 'cohen', kappa: cohensKappa(first, second), questions: 4 });
    // Three of four agreed, and chance gives 2/4·1/4 + 1/4·2/4 + 1/4·1/4.
    expect(agreement?.kappa).toBeCloseTo((0.75 - 0.3125) / (1 - 0.3125), 12);
  });

  test('one person alone agrees with nobody', () => {
    expect(countVotes(asked, [vote('x', 0, 'adapter')]).agreement).toBeNull();
    expect(countVotes(asked, [])).toMatchObject({ adapter: 0, base: 0, even: 0, pValue: 1, voters: [] });
  });
});
