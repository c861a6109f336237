/** A reference model through the commands on WebGPU: on this machine's GPU, or in software through SwiftShader. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openGolden } from '../../../native-models/goldens/golden.ts';
import { goldenPath } from '../../../native-models/goldens.ts';
import { runtimeFolder, swiftShader } from '../../../native-models/runtime/swiftshader.ts';
import { goldenRun, largestRelative, within } from './golden-run.ts';
import { usumaku } from './usumaku.ts';

const name = 'gemma2';
const steps = 3;
const folder = mkdtempSync(join(tmpdir(), '薄膜 webgpu '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The first environment in which WebGPU answers, or the sentence of the last that refused. */
async function findGpu(): Promise<NodeJS.ProcessEnv | string> {
  let refusal = '';
  for (const environment of [{}, swiftShader()?.environment]) {
    if (environment === undefined) continue;
    const probe = ['logits', goldenPath(name), '--ids', '1', '--device', 'webgpu', '--out', join(folder, 'probe')];
    const { status, errors } = await usumaku(probe, { ...runtimeFolder, ...environment });
    if (status === 0) return { ...runtimeFolder, ...environment };
    refusal = errors;
  }
  return refusal;
}

const found = await findGpu();
if (typeof found === 'string') console.info(`WebGPU is not tested: ${found}`);

/** A process that dies without a word is a failure, not a reason to skip. */
test('WebGPU answers, or the command says in a sentence why not', () => {
  if (typeof found === 'string') expect(found).toContain('webgpu');
});

test.skipIf(process.platform !== 'linux')(
  'a device asked for by name that is not there ends the command, with its cause',
  async () => {
    const none = join(folder, 'no-driver.json');
    const out = join(folder, 'refused');
    const tokens = goldenPath(name, 'reference.safetensors');
    const train = ['train', goldenPath(name), '--tokens', tokens, '--steps', '1', '--out', out, '--json'];
    const gone = { VK_DRIVER_FILES: none, VK_ICD_FILENAMES: none };
    const { status, output, errors } = await usumaku([...train, '--device', 'webgpu'], gone);
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(errors).toMatch(/webgpu.+adapter/i);
  },
);

const skipped = typeof found === 'string' ? ' (skipped: no WebGPU adapter answers here)' : '';
test.skipIf(skipped !== '')(`${name} on WebGPU${skipped}`, async () => {
  const golden = await openGolden(name);
  const { train, logits } = goldenRun(golden, folder, ['--device', 'webgpu'], found as NodeJS.ProcessEnv);
  const { losses, norms } = await train(join(folder, 'trained'), steps);
  const { lora_losses, lora_grad_norms } = golden.reference;
  within(`${name} losses on WebGPU`, largestRelative(losses, lora_losses.slice(0, steps)), 1e-3);
  within(`${name} gradient norms on WebGPU`, largestRelative(norms, lora_grad_norms.slice(0, steps)), 1e-3);
  const adapter = goldenPath(name, 'lora_final');
  within(`${name} logits on WebGPU`, await logits('logits_lora_final', 0, { adapter }), 1e-3);
});
