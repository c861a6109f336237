/** Starts training in a child process and listens to it. */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TrainEvent, TrainJob } from '../../../native-models/jobs.ts';
import type { ChildTask } from './child.ts';

export type Message =
  | TrainEvent
  | { readonly kind: 'done'; readonly sha256: string }
  | { readonly kind: 'failed'; readonly code: string | undefined; readonly message: string };

/**
 * V8 ends its process where its own memory is short. It therefore takes its young generation at the start, before any
 * limit, and does nothing beside onnxruntime on threads of its own.
 */
const reserves = ['--single-threaded', '--min-semi-space-size=32', '--max-semi-space-size=32'];

/** Runs a job in a child process until it ends, kills itself (`killAt`), or the caller kills it from outside. */
export async function runChild(
  job: TrainJob,
  options: Partial<Omit<ChildTask, 'job'>> & { readonly killFromOutside?: (message: Message) => boolean } = {},
): Promise<readonly Message[]> {
  const { killAt = null, spareMegabytes = null, openingMegabytes = null, killFromOutside } = options;
  const task: ChildTask = { job, killAt, spareMegabytes, openingMegabytes };
  const script = join(import.meta.dirname, 'child.ts');
  const child = spawn(process.execPath, [...reserves, script, JSON.stringify(task)], {
    // onnxruntime reports every failed allocation there.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const messages: Message[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as Message;
    messages.push(message);
    if (killFromOutside?.(message)) child.kill('SIGKILL');
  }
  return messages;
}
