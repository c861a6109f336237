/** Predicts the peak of answering in a process of its own, answers with base and adapter, and says what it really was. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peakOfAnswering } from '../../../native-models/generate/memory.ts';
import { modelServer } from '../../../native-models/generate/server.ts';
import type { AnsweringUse, Precision } from '../../../native-models/jobs.ts';
import { openModelFolder } from '../../../native-models/models/model-folder.ts';
import { promptOf, randomAdapter } from '../../bench/decoding.ts';
import { peakBytes } from '../../bench/peak-bytes.ts';

export interface AnsweringPeakTask extends AnsweringUse {
  readonly directory: string;
  readonly precision: Precision;
  readonly cacheDirectory: string;
}

const task = JSON.parse(process.argv[2]!) as AnsweringPeakTask;
const { directory, precision, cacheDirectory, rank, promptTokens, answerTokens } = task;
const device = 'cpu';
const model = await openModelFolder(directory);
const adapterDirectory = mkdtempSync(join(tmpdir(), 'peak adapter '));
await randomAdapter(model, adapterDirectory, rank, 1);
const predicted = await peakOfAnswering(model, { device, precision }, task, process.memoryUsage.rss());

const server = await modelServer({ modelDirectory: directory, device, precision, cacheDirectory });
const ids = promptOf(promptTokens, model.decoder.vocabularySize);
const sampling = { maxNewTokens: answerTokens, temperature: 0, topP: 1, seed: 0, ignoreEndOfTurn: true };
for (let question = 0; question < 3; question++) {
  const rows = [null, adapterDirectory].map((adapter) => ({ ids, adapterDirectory: adapter }));
  await server.answer(rows, sampling, async () => {});
}
await server.close();
rmSync(adapterDirectory, { recursive: true, force: true });
console.log(JSON.stringify({ predicted, measured: peakBytes() }));
