/** `npm run bench -- --gpu` runs whole where there is no GPU but one in software, and finds it right. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noSwiftShader, swiftShader } from './swiftshader.ts';

const software = swiftShader();

test.skipIf(software === undefined)(
  `the measurement of a GPU${software === undefined ? ` ${noSwiftShader}` : ''}`,
  () => {
    const script = join(import.meta.dirname, '../../bench/run.ts');
    const env = { ...process.env, ...software?.environment };
    const child = spawnSync(process.execPath, [script, '--gpu', '--small', '--json'], { env, encoding: 'utf8' });
    expect(child.status, child.stderr.slice(-2000)).toBe(0);
    const lines = child.stdout.trim().split('\n');
    const results = lines.map((line) => JSON.parse(line) as { what: string; value: number; note: string });
    const valueOf = (words: string): number => results.find(({ what }) => what.startsWith(words))?.value ?? Number.NaN;
    expect(results[0]).toMatchObject({ note: 'right' });
    expect(valueOf('training: loss against the CPU')).toBeLessThan(1e-4);
    expect(valueOf('training: gradient norm against the CPU')).toBeLessThan(1e-4);
    for (const words of [
      'device: f32 matrix',
      'start',
      'training 1×32, float32',
      'training: kernels',
      'decode',
      'swap',
    ])
      expect(valueOf(words), words).toBeGreaterThan(0);
  },
);
