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

/** What answers: a model of that family, with such adapters, its base in that precision. */
export interface AnsweringKernelCase {
  readonly family: string;
  readonly kind: AnsweringKind;
  readonly precision: Precision;
}

/** Of one layer. */
export interface AnsweringKernelReport extends AnsweringKernelCase {
  readonly prompt: number;
  readonly token: number;
  /** Between device and memory, in a token of the whole model. */
  readonly copies: number;
  /** Of a token, by operator. */
  readonly perLayer: Readonly<Record<string, number>>;
}

async function kernelsOf(layers: number, { family, kind, precision }: AnsweringKernelCase) {
  const directory = await mkdtemp(join(tmpdir(), 'answering-kernels-'));
  try {
    await writeDeepModel(family, layers, directory);
    const model = await openModelFolder(directory);
    const adapter = join(directory, 'adapter');
    await randomAdapter(model, adapter, 2, 1);
    return await answeringKernels(model, kind, precision, adapter);
  } finally {
    await rm(directory, { recursive: true });
  }
}

for (const each of JSON.parse(process.argv[2]!) as readonly AnsweringKernelCase[]) {
  const [one, two] = [await kernelsOf(1, each), await kernelsOf(2, each)];
  const token = difference(one.token, two.token);
  const report: AnsweringKernelReport = {
    ...{ ...each, token: token.total, perLayer: Object.fromEntries(token.counts) },
    copies: two.token.copies,
    prompt: difference(one.prompt, two.prompt).total,
  };
  console.log(JSON.stringify(report));
}
