/** What the guards promise, on seeded rollouts: few false halts however many guards watch, and bad candidates found soon. */

import { expect, test } from 'vitest';
import { usualGuards } from '../../../../src-main/domain/guards/table.ts';
import { onlyBad, simulateMany } from './simulate.ts';

const all = usualGuards(true);
const within = { bad: 0.02, others: 1, answers: 400 };
const worse = { bad: 0.1, others: 0.5, answers: 2000 };

test.each([
  { watched: 'one guard', plan: onlyBad(all) },
  { watched: 'all guards', plan: all },
])('with $watched at most 1 % of candidates at the edge of every tolerance are halted', ({ plan }) => {
  const { halted, rollouts } = simulateMany(plan, within, 5000, 1);
  expect(halted / rollouts).toBeLessThanOrEqual(0.01);
  // A guard that never moves would pass as well.
  expect(halted).toBeGreaterThan(0);
});

test.each([
  { watched: 'one guard', plan: onlyBad(all), answers: 60 },
  { watched: 'all guards', plan: all, answers: 90 },
])('with $watched a candidate with 10 % bad answers is halted within a median of $answers', ({ plan, answers }) => {
  const { halted, rollouts, median } = simulateMany(plan, worse, 2000, 2);
  expect(halted).toBe(rollouts);
  expect(median).toBeLessThanOrEqual(answers);
});
