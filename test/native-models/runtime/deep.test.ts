/**
 * Models as deep as real ones train, are evaluated and answer on WebGPU as on the CPU: what one node binds grows with the
 * number of layers, and two-layer models never show it.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DeepCase, DeepReport } from './deep-child.ts';
import { noSwiftShader, swiftShader } from './swiftshader.ts';

/**
 * Two levels of parts take 16 layers, three take 31. onnxruntime opens a graph in a time that grows with the square of its
 * nodes, so that the deepest adapts one module of each kind alone.
 */
const cases: readonly DeepCase[] = [
  { family: 'llama', layers: 24, modules: 'all-linear', method: 'lora', dropout: 0.1, recompute: false },
  { family: 'gemma2', layers: 17, modules: 'all-linear', method: 'dora', dropout: 0.1, recompute: false },
  { family: 'mistral', layers: 32, modules: ['q_proj', 'down_proj'], method: 'rslora', dropout: 0, recompute: true },
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
