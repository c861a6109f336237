/** The supervisor against real child processes: answers, events, crashes, restarts, and no orphans. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { QuantizeProgress, TrainEvent, TrainJob } from '../../../native-models/jobs.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { restartDelays } from '../../../src-main/engine/lane.ts';
import { type Patience, patienceWith, slownessOf, trialPatienceWith } from '../../../src-main/engine/patience.ts';
import { createSupervisor, type SupervisorOptions } from '../../../src-main/engine/supervisor.ts';
import type { Engine } from '../../../src-main/engine/engine.ts';

const worker = fileURLToPath(new URL('fixture-worker.ts', import.meta.url));
const hostScript = fileURLToPath(new URL('fixture-host.ts', import.meta.url));
const open: Engine[] = [];
/** Two seconds for a trial, on a PC of any speed. */
const hastyTrial: Partial<SupervisorOptions> = {
  trialPatience: async () => ({ silence: 2_000, grace: 2_000 }),
  slowness: () => 1,
  lookEvery: 100,
};

function engineOf(entry = worker, options: Partial<SupervisorOptions> = {}): Engine {
  const log = { info: () => {}, error: () => {} };
  const engine = createSupervisor({ entry, startProcess: forkProcess, log, ...options });
  open.push(engine);
  return engine;
}

const trainFor = (steps: number) => ({ settings: { seed: steps } }) as TrainJob;

afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

/** Windows knows no signals: who is ended by one ends with 1, and says 134 where it ends itself. */
const endedBy = (signal: string): unknown =>
  process.platform === 'win32' ? expect.stringMatching(/^(exit code|signal)/) : `signal ${signal}`;

test('nothing runs before the first request, and the two lanes are two processes', async () => {
  const engine = engineOf();
  expect(engine.processIds()).toEqual([]);
  const summary = await engine.call('inspectModel', { directory: 'モデル フォルダー' });
  expect(summary.directory).toBe('モデル フォルダー');
  expect(engine.processIds()).toEqual([Number(summary.name)]);
  const { largestLogit: answersPid } = await engine.call('probe', {} as never);
  expect(engine.processIds()).toEqual([Number(summary.name), answersPid]);
});

test('a device that ends its process or never answers takes nothing else with it', async () => {
  const engine = engineOf();
  const { name: workPid } = await engine.call('inspectModel', { directory: 'a' });
  const right = await engine.call('probeDevice', { device: 'webgpu' });
  expect(right.gigaflops).not.toBe(Number(workPid));
  await expect(engine.call('probeDevice', { device: 'cuda' })).rejects.toMatchObject({
    values: { reason: endedBy('SIGSEGV') },
  });
  const hasty = engineOf(worker, hastyTrial);
  await expect(hasty.call('probeDevice', { device: 'dml' })).rejects.toMatchObject({
    code: 'device-unavailable',
    values: { device: 'dml', reason: 'no answer within 2 seconds' },
  });
  expect((await engine.call('inspectModel', { directory: 'b' })).name).toBe(workPid);
});

test('a tokenizer that ends its process or never answers takes nothing else with it', async () => {
  const engine = engineOf();
  const { name: workPid } = await engine.call('inspectModel', { directory: 'a' });
  expect(await engine.call('tryTexts', { directory: 'a' })).toBeNull();
  await expect(engine.call('tryTexts', { directory: 'aborts' })).rejects.toMatchObject({
    code: 'model-texts-ended',
    values: { path: 'aborts', reason: endedBy('SIGABRT') },
  });
  const hasty = engineOf(worker, hastyTrial);
  await expect(hasty.call('tryTexts', { directory: 'hangs' })).rejects.toMatchObject({
    code: 'model-texts-ended',
    values: { path: 'hangs', reason: 'no answer within 2 seconds' },
  });
  expect((await engine.call('inspectModel', { directory: 'b' })).name).toBe(workPid);
});

test('who waits hears of a model that is being quantized, and no more of it once its process has ended', async () => {
  const heard: (QuantizeProgress | null)[] = [];
  const ended = Promise.withResolvers<void>();
  const onQuantizing = (progress: QuantizeProgress | null) => {
    heard.push(progress);
    if (progress === null) ended.resolve();
  };
  await engineOf(worker, { onQuantizing }).call('inspectModel', { directory: 'quantizing' });
  await ended.promise;
  expect(heard).toEqual([{ precision: 'int4', done: 1, total: 3 }, null]);
});

test('a coded failure arrives with its code and values', async () => {
  const failure = engineOf().call('inspectModel', { directory: 'coded' });
  await expect(failure).rejects.toMatchObject({
    name: 'OfficeError',
    code: 'model-folder-missing',
    values: { path: 'x' },
  });
});

test('an uncoded failure arrives as unexpected and the process goes on', async () => {
  const engine = engineOf();
  await expect(engine.call('describeMachine', {})).rejects.toMatchObject({ code: 'unexpected' });
  await expect(engine.call('inspectModel', { directory: 'a' })).resolves.toMatchObject({ directory: 'a' });
});

test('a job tells its events in order, keeping numbers that JSON would lose', async () => {
  const events: TrainEvent[] = [];
  const { result } = engineOf().start('train', trainFor(12), (event) => events.push(event));
  expect(await result).toMatchObject({ steps: 12 });
  const steps = events.filter((event) => event.kind === 'step');
  expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(steps[2]?.loss).toBeNaN();
});

test('a call is answered while a job runs on the same lane', async () => {
  const engine = engineOf();
  const running = engine.start('train', trainFor(1e9), () => {});
  await expect(engine.call('inspectModel', { directory: 'a' })).resolves.toMatchObject({ directory: 'a' });
  running.cancel();
  await expect(running.result).rejects.toMatchObject({ code: 'cancelled' });
});

test('a paused job stands still and goes on where it was', async () => {
  const engine = engineOf();
  let last = 0;
  let signal = () => {};
  const running = engine.start('train', trainFor(400), (event) => {
    if (event.kind === 'step') last = event.step;
    signal();
  });
  await new Promise<void>((resolve) => (signal = resolve));
  running.pause();
  // Two answers after the pause: whatever the job sent before it heard of the pause has arrived by then.
  for (let turn = 0; turn < 2; turn += 1) await engine.call('inspectModel', { directory: 'a' });
  const stoodAt = last;
  for (let turn = 0; turn < 20; turn += 1) await engine.call('inspectModel', { directory: 'a' });
  expect(last).toBe(stoodAt);
  expect(stoodAt).toBeLessThan(400);
  running.resume();
  await running.result;
  expect(last).toBe(400);
});

test('cancel ends a paused job too', async () => {
  const running = engineOf().start('train', trainFor(1e9), () => {});
  running.pause();
  running.cancel();
  await expect(running.result).rejects.toMatchObject({ code: 'cancelled' });
});

// Windows has no such signal to send: there it ends the process at once, and Ctrl+C goes to the console as a whole.
test.skipIf(process.platform === 'win32')(
  'Ctrl+C in the terminal is the host’s business: the model process goes on',
  async () => {
    const engine = engineOf();
    await engine.call('inspectModel', { directory: 'a' });
    process.kill(engine.processIds()[0] ?? 0, 'SIGINT');
    await expect(engine.call('inspectModel', { directory: 'b' })).resolves.toMatchObject({ directory: 'b' });
  },
);

test('kill -9 rejects all that waits, names the step to resume from, and the next request is served', async () => {
  const engine = engineOf();
  let killed = false;
  const running = engine.start('train', trainFor(1e9), (event) => {
    if (killed || event.kind !== 'step' || event.step < 25) return;
    killed = true;
    process.kill(engine.processIds()[0] ?? 0, 'SIGKILL');
  });
  const error = await running.result.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'engine-crashed', values: { reason: endedBy('SIGKILL') } });
  const { step } = (error as { values: { step: number } }).values;
  expect(step).toBeGreaterThanOrEqual(20);
  expect(step % 10).toBe(0);
  await expect(engine.call('inspectModel', { directory: 'a' })).resolves.toMatchObject({ directory: 'a' });
});

test('restarts back off while crashes follow each other, and begin again after an answer', async () => {
  const waits: number[] = [];
  const engine = engineOf(undefined, { wait: async (milliseconds) => void waits.push(milliseconds) });
  const crash = () =>
    expect(engine.call('inspectModel', { directory: 'crash' })).rejects.toMatchObject({
      code: 'engine-crashed',
      values: { reason: 'exit code 3', step: 0 },
    });
  for (let turn = 0; turn < 4; turn += 1) await crash();
  expect(waits).toEqual(restartDelays.slice(1, 3));
  await engine.call('inspectModel', { directory: 'a' });
  expect(waits).toEqual(restartDelays.slice(1, 4));
  await crash();
  await engine.call('inspectModel', { directory: 'a' });
  expect(waits).toEqual(restartDelays.slice(1, 4));
});

test('a process that cannot start is called unavailable, not crashed', async () => {
  const failure = engineOf(`${worker}.missing`).call('describeMachine', {});
  await expect(failure).rejects.toMatchObject({ code: 'engine-unavailable', values: { reason: 'exit code 1' } });
});

describe('what never ends', () => {
  // The host's clock stands still until a test moves it: how fast this machine is decides nothing.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const hasty = (patience: Partial<Patience>) =>
    engineOf(worker, {
      patience: async () => ({ silence: 60_000, grace: 60_000, ...patience }),
      slowness: () => 1,
      lookEvery: 100,
    });

  /** A job that has begun and will not end by itself. */
  async function endless(engine: Engine, kind: 'busy' | 'deaf') {
    const begun = Promise.withResolvers<void>();
    const job = engine.start('checkModel', { directory: kind }, () => begun.resolve());
    await begun.promise;
    return job;
  }

  test.each(['busy', 'deaf'] as const)(
    'a job that does not end when it is cancelled is ended with its process: %s',
    async (kind) => {
      const engine = hasty({ grace: 500 });
      const { name: pid } = await engine.call('inspectModel', { directory: 'a' });
      const job = await endless(engine, kind);
      job.cancel();
      vi.advanceTimersByTime(700);
      await expect(job.result).rejects.toMatchObject({ code: 'cancelled' });
      // The lane begins anew.
      expect((await engine.call('inspectModel', { directory: 'b' })).name).not.toBe(pid);
    },
  );

  test('what stood beside it is told that its process ended, and why', async () => {
    const engine = hasty({ grace: 500 });
    const training = engine.start('train', trainFor(1e9), () => {});
    const beside = training.result.catch((error: unknown) => error);
    const job = await endless(engine, 'deaf');
    job.cancel();
    vi.advanceTimersByTime(700);
    await expect(job.result).rejects.toMatchObject({ code: 'cancelled' });
    expect(await beside).toMatchObject({
      code: 'engine-crashed',
      values: { reason: 'a cancelled job did not end within 1 seconds' },
    });
  });

  test('a call that is silent for too long costs itself, and the next one is answered', async () => {
    const engine = hasty({ silence: 1_000 });
    await engine.call('inspectModel', { directory: 'a' });
    const silent = engine.call('inspectModel', { directory: 'hangs' });
    const failed = expect(silent).rejects.toMatchObject({
      code: 'engine-crashed',
      values: { reason: 'no answer within 1 seconds' },
    });
    // Not at once: how long it may be silent is found out first.
    await vi.advanceTimersByTimeAsync(1_200);
    await failed;
    await expect(engine.call('inspectModel', { directory: 'a' })).resolves.toMatchObject({ directory: 'a' });
  });

  test('a job that says something, or stands still because somebody paused it, is left alone', async () => {
    const engine = hasty({ silence: 1_000 });
    const { name: pid } = await engine.call('inspectModel', { directory: 'a' });
    let hear = () => {};
    const heard = () => new Promise<void>((resolve) => (hear = resolve));
    const speaking = engine.start('train', trainFor(1e9), () => hear());
    for (let turn = 0; turn < 4; turn += 1) {
      await heard();
      vi.advanceTimersByTime(900);
    }
    speaking.pause();
    // Two answers after the pause: whatever the job sent before it heard of the pause has arrived by then.
    for (let turn = 0; turn < 2; turn += 1) await engine.call('inspectModel', { directory: 'a' });
    vi.advanceTimersByTime(3_000);
    speaking.resume();
    await heard();
    speaking.cancel();
    await expect(speaking.result).rejects.toMatchObject({ code: 'cancelled' });
    expect((await engine.call('inspectModel', { directory: 'b' })).name).toBe(pid);
  });

  test('a host that closes waits for it no longer than for a save', async () => {
    const waits: number[] = [];
    const engine = engineOf(worker, { wait: async (milliseconds) => void waits.push(milliseconds) });
    const job = await endless(engine, 'busy');
    job.result.catch(() => {});
    await engine.close();
    expect(waits).toEqual([8_000]);
  });

  test('a PC whose model process comes up slowly has more time for everything', async () => {
    expect(slownessOf(300)).toBe(1);
    expect(slownessOf(4_000)).toBe(4);
    // Whatever held the start up, nobody waits for ever.
    expect(slownessOf(3_600_000)).toBe(10);
    const engine = engineOf(worker, {
      patience: async () => ({ silence: 1_000, grace: 1_000 }),
      slowness: () => 3,
      lookEvery: 100,
    });
    await engine.call('inspectModel', { directory: 'a' });
    let state = 'waits';
    const silent = engine.call('inspectModel', { directory: 'hangs' });
    const failed = expect(silent.finally(() => (state = 'ended'))).rejects.toMatchObject({
      values: { reason: 'no answer within 3 seconds' },
    });
    // Step by step: a single leap would look like a PC that slept.
    for (let turn = 0; turn < 25; turn += 1) await vi.advanceTimersByTimeAsync(100);
    expect(state).toBe('waits');
    for (let turn = 0; turn < 10; turn += 1) await vi.advanceTimersByTimeAsync(100);
    await failed;
  });

  test('a trial has a minute, and more for large tokenizers', async () => {
    const directory = mkdtempSync(join(tmpdir(), '大きな 辞書 '));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    expect(await trialPatienceWith({ device: 'cuda' })).toMatchObject({ silence: 60_000 });
    expect(await trialPatienceWith({ directory })).toMatchObject({ silence: 60_000 });
    for (const [name, bytes] of [
      ['tokenizer.json', 30e6],
      ['model.safetensors', 1e9],
    ] as const) {
      writeFileSync(join(directory, name), '');
      truncateSync(join(directory, name), bytes);
    }
    expect(await trialPatienceWith({ directory })).toMatchObject({ silence: 120_000 });
    truncateSync(join(directory, 'tokenizer.json'), 1e12);
    expect((await trialPatienceWith({ directory })).silence).toBeLessThan(10 * 60_000);
  });

  test('larger models have more time, and what names none the least', async () => {
    const directory = mkdtempSync(join(tmpdir(), '大きな model '));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'model.safetensors'), '');
    truncateSync(join(directory, 'model.safetensors'), 1_000_000_000);
    const least = await patienceWith({});
    expect(least).toEqual({ silence: 600_000, grace: 15_000 });
    expect(await patienceWith({ directory: join(directory, 'nowhere') })).toEqual(least);
    for (const input of [{ directory }, { modelDirectory: directory }])
      expect(await patienceWith(input)).toEqual({ silence: 3_600_000, grace: 315_000 });
  });

  test('larger batches and longer rows have more time, by what the slowest PC needs for them', async () => {
    const directory = mkdtempSync(join(tmpdir(), '大きな batch '));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, 'model.safetensors'), '');
    truncateSync(join(directory, 'model.safetensors'), 1_000_000_000);
    const training = (settings: object) => patienceWith({ modelDirectory: directory, settings });
    const usual = await training({ batchSize: 1, maxTokens: 512 });
    expect(usual).toEqual({ silence: 3_600_000, grace: 315_000 });
    // 16 rows of 2,048 tokens, four operations for each of 250 million weights and each token, at 5 GFLOP/s: 1.8 hours.
    const needed = ((16 * 2_048 * 4 * 250e6) / 5e9) * 1_000;
    const large = await training({ batchSize: 16, maxTokens: 2_048, rehearsalShare: 0 });
    expect(large.silence).toBeGreaterThan(5 * needed);
    expect((await training({ batchSize: 16, maxTokens: 2_048 })).silence).toBeGreaterThan(large.silence);
    expect(large.grace).toBeGreaterThan(usual.grace);
    const answers = await patienceWith({ modelDirectory: directory, batchSize: 32, maxNewTokens: 256 });
    expect(answers.silence).toBeGreaterThan(usual.silence);
    // What is no number makes none.
    for (const odd of [NaN, Infinity, -1, '8', null])
      expect((await training({ batchSize: odd, maxTokens: odd })).silence).toBeLessThan(1e8);
  });
});

test('close lets the job save, ends the processes and refuses what comes later', async () => {
  const engine = engineOf();
  let signal = () => {};
  let last = 0;
  const running = engine.start('train', trainFor(1e9), (event) => {
    if (event.kind === 'step') last = event.step;
    signal();
  });
  await new Promise<void>((resolve) => (signal = resolve));
  const [pid] = engine.processIds();
  const interrupted = running.result.catch((error: unknown) => error);
  await engine.close();
  expect(await interrupted).toMatchObject({ code: 'engine-crashed', values: { reason: 'closed', step: last } });
  expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  await expect(engine.call('describeMachine', {})).rejects.toMatchObject({ code: 'engine-unavailable' });
});

test.each(['training', 'busy'])('the model process ends by itself when its host is killed: %s', async (work) => {
  const host = spawn(process.execPath, [hostScript, work], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(host.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString().trim());
  expect(() => process.kill(pid, 0)).not.toThrow();
  host.kill('SIGKILL');
  // The pipe is shared by both, so its end says that both are gone.
  await once(host, 'close');
  await expect.poll(() => isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
