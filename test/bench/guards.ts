/** `node test/bench/guards.ts [rollouts]`: the guards' promises on many seeded rollouts, as the table in guards.md. */

import { usualGuards } from '../../src-main/domain/guards/table.ts';
import { onlyBad, simulateMany } from '../src-main/domain/guards/simulate.ts';

const rollouts = Number(process.argv[2] ?? 100_000);
const all = usualGuards(true);

console.log('| guards | bad answers | halted | median answers until the halt |');
console.log('| --- | --- | --- | --- |');
for (const [name, plan] of [
  ['one', onlyBad(all)],
  ['all eight', all],
] as const)
  for (const [truth, seed] of [
    [{ bad: 0.02, others: 1, answers: 400 }, 11],
    [{ bad: 0.1, others: 0.5, answers: 2000 }, 12],
  ] as const) {
    const { halted, median } = simulateMany(plan, truth, rollouts, seed);
    const share = `${((100 * halted) / rollouts).toFixed(2)} % (${halted} of ${rollouts})`;
    console.log(`| ${name} | ${100 * truth.bad} % | ${share} | ${truth.bad > 0.02 ? median : ''} |`);
  }
