/** A model process without models: real process, real messages, work that the tests can watch and break. */

import { openParentPort } from '../../../src-main/engine/parent-port.ts';
import { serveWorker } from '../../../src-main/engine/worker-loop.ts';
import type { TrainEvent, TrainResult } from '../../../native-models/jobs.ts';

const step = (number: number): TrainEvent => ({
  kind: 'step',
  step: number,
  steps: 1_000_000,
  epoch: 0,
  loss: number === 3 ? Number.NaN : 1 / number,
  gradNorm: 1,
  learningRate: 1,
  tokensPerSecond: 1,
  residentBytes: 1,
  secondsLeft: 1,
});

const port = openParentPort();

/** `settings.seed` carries the number of steps to do. Cancelling saves the step it stood at, as training does. */
serveWorker(port, {
  requests: {
    describeMachine: () => {
      throw new Error('not part of this fixture');
    },
    probeDevice: ({ device }) => {
      if (device === 'cuda') process.kill(process.pid, 'SIGSEGV');
      // A driver that never answers, however long one waits.
      if (device === 'dml') for (;;);
      return {
        device,
        verdict: 'right',
        difference: 0,
        gigaflops: process.pid,
        largestBufferBytes: null,
        failure: null,
      };
    },
    tryTexts: ({ directory }) => {
      if (directory === 'aborts') process.abort();
      return directory === 'hangs' ? new Promise<never>(() => {}) : null;
    },
    inspectModel: ({ directory }) => {
      if (directory === 'crash') process.exit(3);
      if (directory === 'hangs') return new Promise<never>(() => {});
      if (directory === 'quantizing') {
        port.send({ kind: 'quantizing', progress: { precision: 'int4', done: 1, total: 3 } });
        setTimeout(() => process.exit(3), 50);
      }
      if (directory === 'coded')
        throw Object.assign(new Error(), { code: 'model-folder-missing', values: { path: 'x' } });
      return { directory, name: String(process.pid) } as never;
    },
    probe: (job) => {
      // Arithmetic that never comes back to the event loop.
      if ('busy' in job) for (;;);
      return { fingerprint: '', largestLogit: process.pid, setup: {} as never, deviceFallback: null };
    },
    train: async (job, { control, onEvent }) => {
      let done = 0;
      try {
        while (done < job.settings.seed) {
          await control.turn();
          done += 1;
          onEvent(step(done));
          if (done % 10 === 0) onEvent({ kind: 'checkpoint', step: done, path: '' });
        }
      } catch (error) {
        onEvent({ kind: 'checkpoint', step: done, path: '' });
        throw error;
      }
      return { steps: job.settings.seed } as TrainResult;
    },
    checkModel: async ({ directory }, { onEvent }) => {
      onEvent({ kind: 'begun' } as never);
      // Arithmetic that hears of no cancel, and a promise that nobody keeps.
      if (directory === 'busy') for (;;);
      return new Promise<never>(() => {});
    },
  },
  cancelledError: () => Object.assign(new Error(), { code: 'cancelled', values: {} }),
  report: (error) => {
    const { code, values } = error as { code?: string; values?: Record<string, string> };
    return code ? { code, values: values ?? {} } : { code: 'unexpected', values: { reason: String(error) } };
  },
});
