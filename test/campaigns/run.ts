/** `npm run campaign -- NAME --minutes N`: what takes too long for every change, run once in a while and written down. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { usualGuards } from '../../src-main/domain/guards/table.ts';
import { onlyBad, simulateMany } from '../src-main/domain/guards/simulate.ts';
import { simulateCoverage } from './coverage.ts';
import { runCycles } from './cycles.ts';
import { runDamage } from './damage.ts';
import { runFailures } from './failures.ts';
import { runFuzz } from './fuzz.ts';
import { runKills } from './kills.ts';
import { runSoak } from './soak.ts';
import { simulateVerdicts } from './verdicts.ts';
import { runWrites } from './writes.ts';

const { positionals, values } = argumentsOfProcess();
const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
const begun = performance.now();
let stopped = false;
// Whoever stops it wants to know how far it came.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
const inTime = () => !stopped && performance.now() - begun < minutes * 60_000;
const folder = mkdtempSync(join(tmpdir(), 'usumaku-campaign-'));
const dataDirectory = join(folder, '田中 太郎');
if (values.from !== undefined) cpSync(values.from, dataDirectory, { recursive: true });
const count = (usual: number) => (values.count === '' ? usual : Number(values.count));
const goOn = (usual: number) => (done: number) => inTime() && done < count(usual);
const kills = (engine: 'fake' | 'real') => runKills({ dataDirectory, engine, seed, goOn: goOn(200) });

const campaigns: Readonly<Record<string, () => unknown>> = {
  kills: () => kills('real'),
  'kills-fake': () => kills('fake'),
  'kills-writes': () => runWrites({ dataDirectory, seed, goOn: goOn(200) }),
  cycles: () => runCycles(dataDirectory, 'real', goOn(1000)),
  'cycles-fake': () => runCycles(dataDirectory, 'fake', goOn(1000)),
  rollouts: () => simulatedRollouts(count(100_000)),
  damage: () => runDamage(dataDirectory, seed, goOn(Infinity)),
  failures: () => runFailures(folder, goOn(Infinity)),
  fuzz: () => runFuzz(folder, seed, goOn(Infinity)),
  soak: () => runSoak(dataDirectory, 'real', goOn(Infinity)),
  'soak-fake': () => runSoak(dataDirectory, 'fake', goOn(Infinity)),
  coverage: () => simulateCoverage(count(2000), seed),
  verdicts: () => simulateVerdicts(count(10_000), seed),
};

function simulatedRollouts(rollouts: number) {
  const all = usualGuards(true);
  const plans = { 'one guard': onlyBad(all), 'all guards': all };
  return Object.entries(plans).map(([watched, plan]) => ({
    watched,
    atEdge: simulateMany(plan, { bad: 0.02, others: 1, answers: 400 }, rollouts, seed),
    tenPercentBad: simulateMany(plan, { bad: 0.1, others: 0.5, answers: 2000 }, rollouts, seed + 1),
  }));
}

/** What is not known here is told, with status 2. */
function argumentsOfProcess() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        minutes: { type: 'string', default: '10' },
        count: { type: 'string', default: '' },
        seed: { type: 'string', default: '1' },
        from: { type: 'string' },
      },
    });
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const campaign = campaigns[positionals[0] ?? ''];
if (!campaign) {
  console.error(`Which campaign? ${Object.keys(campaigns).join(', ')}`);
  process.exitCode = 2;
} else {
  try {
    console.log(JSON.stringify(await campaign(), null, 2));
    console.log(`${((performance.now() - begun) / 60_000).toFixed(1)} minutes, seed ${seed}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
