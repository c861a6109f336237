/** Runs one training job in a process of its own, so that a test can kill it or take its memory away. Events are JSON lines. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ModelError } from '../../../native-models/errors.ts';
import type { TrainJob } from '../../../native-models/jobs.ts';
import { InferenceSession } from '../../../native-models/runtime/onnxruntime.ts';
import { train } from '../../../native-models/train/job.ts';

/** What the parent asks for, as JSON in the first argument. */
export interface ChildTask {
  readonly job: TrainJob;
  /** The event at which the process ends by SIGKILL, with no chance to tidy up; null: none. */
  readonly killAt: { readonly kind: 'step' | 'checkpoint'; readonly step: number } | null;
  /** Megabytes that onnxruntime may still allocate once everything is prepared; null: no limit. */
  readonly spareMegabytes: number | null;
  /** The same before that, once the first session is open, that of the steps. */
  readonly openingMegabytes: number | null;
}

const { job, killAt, spareMegabytes, openingMegabytes } = JSON.parse(process.argv[2]!) as ChildTask;
const say = (message: object): void => console.log(JSON.stringify(message));

/** Bytes that onnxruntime may still allocate; null: no limit. */
let spare: number | null = null;
const leave = (megabytes: number | null): void => {
  spare = megabytes === null ? null : megabytes * 2 ** 20;
};

/**
 * Takes away all data memory but what is spare while onnxruntime runs, as on a machine that is nearly full:
 * https://man7.org/linux/man-pages/man2/prlimit.2.html. Between its runs there is no limit, and what V8 takes there does
 * not count: V8 ends the process where its own memory is short, which says nothing about the engine.
 */
function limitMemory(): void {
  const data = (): number => 1024 * Number(/^VmData:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  const limit = (bytes: number | 'unlimited'): void => {
    execFileSync('prlimit', [`--pid=${process.pid}`, `--data=${bytes}:unlimited`]);
  };
  const limited = <Arguments extends unknown[], Result>(
    call: (this: unknown, ...values: Arguments) => Promise<Result>,
  ) =>
    async function (this: unknown, ...values: Arguments): Promise<Result> {
      if (spare === null) return call.apply(this, values);
      const before = data();
      limit(before + Math.max(0, spare));
      try {
        return await call.apply(this, values);
      } finally {
        limit('unlimited');
        spare -= data() - before;
      }
    };
  const sessions = InferenceSession as unknown as {
    create: (...values: unknown[]) => Promise<InferenceSession>;
    readonly prototype: Record<'run' | 'release', (...values: unknown[]) => Promise<unknown>>;
  };
  const create = limited(sessions.create.bind(sessions));
  let opened = 0;
  sessions.create = async (...values) => {
    const session = await create(...values);
    if (++opened === 1) leave(openingMegabytes);
    return session;
  };
  sessions.prototype.run = limited(sessions.prototype.run);
  sessions.prototype.release = limited(sessions.prototype.release);
}

if (spareMegabytes !== null || openingMegabytes !== null) limitMemory();
try {
  const result = await train(job, {
    control: { turn: async () => {} },
    onEvent: (event) => {
      say(event);
      if (event.kind === killAt?.kind && event.step === killAt.step) process.kill(process.pid, 'SIGKILL');
      if (event.kind === 'prepared') leave(spareMegabytes);
    },
  });
  say({ kind: 'done', sha256: result.sha256 });
} catch (error) {
  say({ kind: 'failed', code: error instanceof ModelError ? error.code : undefined, message: String(error) });
}
