/**
 * Answers on WebGPU, where the cache of keys and values stays on the device, against the CPU's; and how many kernels a
 * layer starts for each token: answers are bound by that number.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { timesWhileJoining } from '../../../native-models/generate/device-room.ts';
import { goldenPath } from '../goldens.ts';
import type { AnsweringReport } from './answering-child.ts';
import type { AnsweringKernelCase, AnsweringKernelReport } from './answering-kernels-child.ts';
import type { ClosingReport } from './closing-child.ts';
import type { JoiningReport } from './joining-child.ts';
import { noSwiftShader, swiftShader } from './swiftshader.ts';

const software = swiftShader();
const skipped = software === undefined ? ` ${noSwiftShader}` : '';

function reports<Report>(script: string, ...asked: readonly string[]): readonly Report[] {
  const env = { ...process.env, ...software?.environment };
  const child = spawnSync(process.execPath, [join(import.meta.dirname, script), ...asked], { env, encoding: 'utf8' });
  expect(child.status, child.stderr.slice(-2000)).toBe(0);
  return child.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Report);
}

/** Plain; with windows in every layer; with normed heads, two ropes and windows in every other layer; with capped scores. */
const families = { llama: 'in-place', mistral: 'in-place', gemma3_text: 'in-place', gemma2: 'masked' };

test.skipIf(software === undefined)(`texts and logits as on the CPU${skipped}`, () => {
  for (const { family, attention, logits, texts, bounded } of reports<AnsweringReport>(
    'answering-child.ts',
    ...Object.keys(families),
  )) {
    console.info(`${family}: ${attention}, logits ${logits.toExponential(1)} of the largest`);
    expect(attention).toBe(families[family as keyof typeof families]);
    expect(logits).toBeLessThan(1e-4);
    expect(texts, family).toBe(true);
    expect(bounded, family).toBe(attention === 'in-place');
  }
});

test.skipIf(software === undefined)(`a server that is closed frees nothing under whoever runs${skipped}`, () => {
  const [report] = reports<ClosingReport>('closing-child.ts', goldenPath('llama'));
  expect(report).toEqual({ fallback: null, logits: 0, sameTokens: true, sessionsLeft: 0 });
});

test.skipIf(software === undefined)(`texts that join take no more than their card was asked for${skipped}`, () => {
  const [report] = reports<JoiningReport>('joining-child.ts', goldenPath('llama'));
  console.info(`${report!.times.toFixed(2)} times while they join, ${report!.timesLater.toFixed(2)} later`);
  expect(report!.times).toBeGreaterThan(2);
  expect(report!.times).toBeLessThanOrEqual(timesWhileJoining);
  expect(report!.timesLater).toBeLessThan(1.5);
});

/**
 * They only ever get lower. Of a Llama's twelve, 4 are products, 3 attention, 3 the gated activation and 2 norms; each of the
 * four places where an adapter sits takes two products more. Where texts with different adapters share a run, the rows are
 * masked within the second product, whose result the base's adds; a base in blocks, or with a bias, has nothing to add with,
 * and a kernel of its own masks.
 */
const mostKernels: readonly (AnsweringKernelCase & { readonly most: number })[] = [
  { family: 'llama', kind: 'base', precision: 'f32', most: 12 },
  { family: 'llama', kind: 'base', precision: 'int8', most: 12 },
  { family: 'llama', kind: 'base', precision: 'int4', most: 12 },
  { family: 'llama', kind: 'one', precision: 'f32', most: 20 },
  { family: 'llama', kind: 'one', precision: 'int8', most: 20 },
  { family: 'llama', kind: 'one', precision: 'int4', most: 20 },
  { family: 'llama', kind: 'several', precision: 'f32', most: 20 },
  { family: 'llama', kind: 'several', precision: 'int8', most: 24 },
  { family: 'llama', kind: 'several', precision: 'int4', most: 24 },
  { family: 'qwen2', kind: 'one', precision: 'f32', most: 20 },
  { family: 'qwen2', kind: 'several', precision: 'f32', most: 21 },
];

test.skipIf(software === undefined)(`kernels of a layer and token${skipped}`, () => {
  const counted = reports<AnsweringKernelReport>('answering-kernels-child.ts', JSON.stringify(mostKernels));
  expect(counted).toHaveLength(mostKernels.length);
  for (const [index, { family, kind, precision, prompt, token, copies, perLayer }] of counted.entries()) {
    const name = `${family}, ${kind}, ${precision}`;
    console.info(`${name}: ${token} a token, ${prompt} a prompt: ${JSON.stringify(perLayer)}`);
    expect(copies, name).toBe(0);
    expect(token, name).toBeLessThanOrEqual(mostKernels[index]!.most);
    expect(prompt, name).toBeLessThanOrEqual(mostKernels[index]!.most);
  }
});
