/** How many kernels one Llama layer starts in a training step on a GPU: small models are bound by that number, not by arithmetic. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { KernelReport } from './kernels-child.ts';
import { noSwiftShader, swiftShader } from './swiftshader.ts';

/**
 * It only ever gets lower; 162 before products and rotations took up what stood beside them, 122 before layers that read the
 * same were one, 96 before norms were differentiated from their outputs, 87 before their gains
 * went into the next weights.
 */
const mostKernels = 83;
const software = swiftShader();

test.skipIf(software === undefined)(
  `kernels of a layer, forward and backward${software === undefined ? ` ${noSwiftShader}` : ''}`,
  () => {
    const script = join(import.meta.dirname, 'kernels-child.ts');
    const env = { ...process.env, ...software?.environment };
    const child = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
    expect(child.status, child.stderr.slice(-2000)).toBe(0);
    const { total, perLayer } = JSON.parse(child.stdout.trim().split('\n').at(-1)!) as KernelReport;
    console.info(`${total} kernels a layer: ${JSON.stringify(perLayer)}`);
    expect(total).toBeLessThanOrEqual(mostKernels);
  },
);
