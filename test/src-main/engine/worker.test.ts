/** The real model process, as the host starts it. */

import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { createSupervisor } from '../../../src-main/engine/supervisor.ts';
import type { FromWorker } from '../../../src-main/engine/messages.ts';
import { answersPriority, workPriority } from '../../../src-main/engine/priorities.ts';
import { shownPriority } from '../../fixtures/signals.ts';

const greedy = { maxNewTokens: 1, temperature: 0, topP: 1, seed: 0 };
const worker = fileURLToPath(new URL('../../../src-main/engine/model-process.ts', import.meta.url));

test.each([undefined, answersPriority, workPriority])('takes its place behind the window: %s', async (priority) => {
  const process = forkProcess(worker, () => {}, priority);
  onTestFinished(() => process.kill());
  const first = await new Promise<FromWorker>((heard) => process.onMessage(heard));
  expect(first.kind).toBe('ready');
  expect(getPriority(process.pid)).toBe(shownPriority(priority ?? answersPriority));
});

test('long work gives way to answers', async () => {
  const log = { info: () => {}, error: () => {} };
  const engine = createSupervisor({ entry: worker, startProcess: forkProcess, log });
  onTestFinished(() => engine.close());
  await engine.call('describeMachine', {});
  const job = { modelDirectory: '', rows: [], sampling: greedy, device: 'cpu', precision: 'f32' } as const;
  await engine.start('generate', job, () => {}).result.catch(() => {});
  expect(engine.processIds().map((pid) => getPriority(pid))).toEqual(
    [workPriority, answersPriority].map(shownPriority),
  );
});
