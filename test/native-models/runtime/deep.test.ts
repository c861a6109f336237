/**
 * Models as deep as real ones train, are evaluated and answer on WebGPU as on the CPU: what one node binds grows with the
 * number of layers, and two-layer models never show it.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeepCase, DeepReport } from './deep-child.ts';
import { noSwiftShader, swiftShader } from './swiftshader.ts';

const cases: readonly DeepCase[] = [
  { family: 'llama', layers: 24, method: 'lora', dropout: 0.1, recompute: false },
  { family: 'gemma2', layers: 24, method: 'dora', dropout: 0.1, recompute: true },
  { family: 'mistral', layers: 48, method: 'rslora', dropout: 0, recompute: true },
];
const software = swiftShader();

test.skipIf(software === undefined).each(cases)(
  `$family of $layers layers, $method${software === undefined ? ` ${noSwiftShader}` : ''}`,
  (deep) => {
    const script = join(import.meta.dirname, 'deep-child.ts');
    const env = { ...process.env, ...software?.environment };
    const child = spawnSync(process.execPath, [script, JSON.stringify([deep])], { env, encoding: 'utf8' });
    expect(child.status, child.stderr.slice(-2000)).toBe(0);
    const report = JSON.parse(child.stdout.trim().split('\n').at(-1)!) as DeepReport;
    const { losses, norms, moments, evaluated, answers } = report;
    console.info(JSON.stringify({ losses, norms, moments, evaluated, answers }));
    for (const difference of [losses, norms, moments, evaluated, answers]) expect(difference).toBeLessThan(1e-4);
  },
);
