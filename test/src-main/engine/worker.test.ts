/** The real model process, as the host starts it. */

import { getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { modelProcessPriority } from '../../../src-main/engine/low-priority.ts';
import type { FromWorker } from '../../../src-main/engine/messages.ts';

const worker = fileURLToPath(new URL('../../../src-main/engine/model-process.ts', import.meta.url));

test('leaves the processor to whoever works at this PC', async () => {
  const process = forkProcess(worker, () => {});
  onTestFinished(() => process.kill());
  const first = await new Promise<FromWorker>((heard) => process.onMessage(heard));
  expect(first.kind).toBe('ready');
  expect(getPriority(process.pid)).toBe(modelProcessPriority);
});
