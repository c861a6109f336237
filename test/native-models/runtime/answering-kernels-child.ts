/** Counts the kernels that answering starts, in a process whose environment names the driver. One JSON line a kind. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Precision } from '../../../native-models/jobs.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { randomAdapter } from '../../bench/decoding.ts';
import { type AnsweringKind, answeringKernels } from './answering-kernels.ts';
import { writeDeepModel } from './deep-model.ts';
import { difference } from './kernels.ts';

/** Of one layer. */
export interface AnsweringKernelReport {
  readonly kind: AnsweringKind;
  readonly precision: Precision;
  readonly prompt: number;
  readonly token: number;
  /** Between device and memory, in a token of the whole model. */
  readonly copies: number;
  /** Of a token, by operator. */
  readonly perLayer: Readonly<Record<string, number>>;
}

async function kernelsOf(layers: number, kind: AnsweringKind, precision: Precision) {
  const directory = await mkdtemp(join(tmpdir(), 'answering-kernels-'));
  try {
    await writeDeepModel('qwen2', layers, directory);
    const model = await openModelFolder(directory);
    const adapter = join(directory, 'adapter');
    await randomAdapter(model, adapter, 2, 1);
    return await answeringKernels(model, kind, precision, adapter);
  } finally {
    await rm(directory, { recursive: true });
  }
}

for (const [kind, precision] of [
  ['base', 'f32'],
  ['one', 'f32'],
  ['several', 'f32'],
  ['one', 'int4'],
] as const) {
  const [one, two] = [await kernelsOf(1, kind, precision), await kernelsOf(2, kind, precision)];
  const token = difference(one.token, two.token);
  const report: AnsweringKernelReport = {
    ...{ kind, precision, token: token.total, perLayer: Object.fromEntries(token.counts) },
    copies: two.token.copies,
    prompt: difference(one.prompt, two.prompt).total,
  };
  console.log(JSON.stringify(report));
}
