/**
 * The GPU path: every operator's gradient and a whole training step on WebGPU. Where no GPU answers, SwiftShader, the
 * software Vulkan driver beside Chromium, stands in; where neither is there, the tests are skipped and say so.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cpuOnlyOperators, operatorChecks } from '../autodiff/operator-checks.ts';
import { runtimeFolder, swiftShader } from './swiftshader.ts';
import type { WebgpuMessage } from './webgpu-child.ts';

function runChild(environment: NodeJS.ProcessEnv): readonly WebgpuMessage[] {
  const script = join(import.meta.dirname, 'webgpu-child.ts');
  const env = { ...process.env, ...runtimeFolder, ...environment };
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { env, encoding: 'utf8' });
  if (status !== 0) console.info(stderr.slice(-2000));
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as WebgpuMessage);
}

const deviceOf = (messages: readonly WebgpuMessage[]) => messages.find((message) => message.kind === 'device');

/** What the machine's own GPU says, or else SwiftShader. */
function compute(): { readonly messages: readonly WebgpuMessage[]; readonly where: string } {
  const own = runChild({});
  if (deviceOf(own)?.failure === null) return { messages: own, where: 'the GPU of this machine' };
  const software = swiftShader();
  if (software === undefined) return { messages: own, where: 'nowhere' };
  return { messages: runChild(software.environment), where: `SwiftShader in ${software.folder}` };
}

const { messages, where } = compute();
const failure = deviceOf(messages)?.failure ?? null;
const reason = messages.length === 0 ? 'the WebGPU process ended without a word' : failure?.split('. ').at(-1);
console.info(reason === undefined ? `WebGPU runs on ${where}` : `WebGPU is not tested: ${reason}`);

/** A child that dies without a word is a failure, not a reason to skip. */
test('WebGPU answers, or says why not', () => {
  expect(messages.length).toBeGreaterThan(0);
});

const title = reason === undefined ? `on ${where}` : `(skipped: no WebGPU adapter answers here)`;
describe.skipIf(reason !== undefined)(`WebGPU ${title}`, () => {
  test.each(Object.keys(operatorChecks).filter((name) => !cpuOnlyOperators.has(name)))('gradient of %s', (name) => {
    const message = messages.find((one) => 'name' in one && one.name === name);
    if (message?.kind === 'unsupported') {
      console.info(`${name}: ${message.reason}`);
      // Half precision alone is optional in WebGPU: https://www.w3.org/TR/webgpu/#dom-gpufeaturename-shader-f16
      expect(name).toBe('Cast');
      return;
    }
    expect(message).toMatchObject({ kind: 'operator' });
    const { error, onCpu } = message as Extract<WebgpuMessage, { kind: 'operator' }>;
    expect(error).toBeLessThan(2e-3);
    // Indices too are 32-bit integers there: every operator that has a gradient runs on the device.
    expect(onCpu).toBe(false);
  });

  test('the proof of the device finds it right', () => {
    expect(deviceOf(messages)?.verdict).toBe('right');
  });

  test('its largest buffer is known, and is what WebGPU promises at least', () => {
    const bytes = deviceOf(messages)?.largestBufferBytes ?? 0;
    console.info(`tensors up to ${Math.round(bytes / 2 ** 20)} MiB`);
    expect(bytes).toBeGreaterThan(127 * 2 ** 20);
    expect(bytes).toBeLessThanOrEqual(4 * 2 ** 30);
  });

  test('loss and gradients of a whole training step', () => {
    const message = messages.find((one) => one.kind === 'golden');
    console.info(`loss ${message?.loss.toExponential(1)}, gradients ${message?.gradients.toExponential(1)}`);
    expect(message?.loss).toBeLessThan(1e-3);
    expect(message?.gradients).toBeLessThan(1e-3);
  });

  test('logits behind a prompt that is read in pieces', () => {
    const message = messages.find((one) => one.kind === 'answering');
    console.info(`logits ${message?.logits.toExponential(1)} of the largest`);
    expect(message?.logits).toBeLessThan(1e-4);
  });
});
