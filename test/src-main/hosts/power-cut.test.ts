/** What survives when a process is killed during a real training: the run, its checkpoint, the data. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ComposedApp, compose } from '../../../src-main/compose.ts';
import type { App } from '../../../src-main/contract/app.ts';
import type { Evaluation, TrainingRun } from '../../../src-main/contract/entities.ts';
import type { AppEvent, AppListener } from '../../../src-main/contract/events.ts';
import type { Reply, RequestName } from '../../../src-main/contract/requests.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { follow, type Request, requestsOf } from '../../../src-main/hosts/cli/requests.ts';
import { fewQuestions } from '../../fixtures/few-questions.ts';
import { canAskToEnd, cannotAskToEnd } from '../../fixtures/signals.ts';
import { setUpPlant, shortTraining } from './plant.ts';

let folder: string;
let host: ChildProcess | null = null;
let app: ComposedApp | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '停電 power cut '));
  mkdirSync(join(folder, 'renderer'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '');
});

afterEach(async () => {
  host?.kill('SIGKILL');
  await app?.close();
  [host, app] = [null, null];
  rmSync(folder, { recursive: true, force: true });
});

const openHere = () => {
  const log = { info: () => {}, error: () => {} };
  const bundled = fewQuestions(join(folder, 'few'), { general: 24, safety: 4 });
  app = compose({ dataDirectory: join(folder, 'data'), log, startProcess: forkProcess, bundled });
  return app;
};

/** Follows a run until `enough`. */
const followRun = (
  from: Pick<App, 'subscribe'>,
  request: Request,
  start: () => Promise<TrainingRun>,
  enough: (run: TrainingRun) => boolean,
) => {
  let runId = '';
  return follow<TrainingRun>(from, {
    start: async () => {
      runId = (await start()).id;
    },
    look: () => request('training.get', { runId }),
    stateIn: (event) => (event.kind === 'training' ? event.run : null),
    ended: enough,
  });
};

const saved = (run: TrainingRun) => run.checkpointStep > 0 || (run.state !== 'running' && run.state !== 'waiting');
const ended = ({ state }: TrainingRun) => !['waiting', 'running'].includes(state);
const start = (request: Request) => request('training.start', { preset: 'expert', settings: shortTraining });

test('kill -9 of the model process leaves an interrupted run that resumes to its end', async () => {
  const here = openHere();
  const request = requestsOf(here);
  await setUpPlant(request, 2);
  let killed = false;
  const cut = await followRun(
    here,
    request,
    () => start(request),
    (run) => {
      if (saved(run) && !killed) {
        killed = true;
        process.kill(here.engine.processIds()[0] ?? 0, 'SIGKILL');
      }
      return ended(run);
    },
  );
  expect(cut).toMatchObject({ state: 'interrupted', error: { values: { step: cut.checkpointStep } } });
  expect(cut.checkpointStep).toBeGreaterThan(0);
  const done = await followRun(here, request, () => request('training.resume', { runId: cut.id }), ended);
  expect(done).toMatchObject({ state: 'completed', steps: cut.steps, step: cut.steps });
  expect(await request('adapters.list', {})).toHaveLength(1);
  const { metrics } = await request('training.get', { runId: cut.id });
  expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: cut.steps }, (_, index) => index + 1));
});

test('kill -9 of the model process during an evaluation leaves its answers; continued, it gives what one in one go gives', async () => {
  const here = openHere();
  const request = requestsOf(here);
  await setUpPlant(request, 2);
  const settings = { ...shortTraining, epochs: 1 };
  const trained = () => request('training.start', { preset: 'expert', settings });
  await followRun(here, request, trained, (run) => run.finishedAt !== null);
  const [adapter] = await request('adapters.list', {});
  const followEvaluation = (begin: () => Promise<Evaluation>, onProgress: () => void = () => {}) => {
    let evaluationId = '';
    return follow<Evaluation>(here, {
      start: async () => {
        evaluationId = (await begin()).id;
      },
      look: () => request('evaluations.get', { evaluationId }),
      stateIn(event) {
        if (event.kind !== 'evaluating') return null;
        if (event.evaluation.progress) onProgress();
        return event.evaluation;
      },
      ended: ({ state }) => state !== 'running',
    });
  };
  const whole = await followEvaluation(() => request('evaluations.start', { adapterId: adapter!.id }));
  expect(whole.state).toBe('completed');
  const rerun = () => request('evaluations.rerun', { evaluationId: whole.id });
  const kill = () => process.kill(here.engine.processIds()[0] ?? 0, 'SIGKILL');
  const cut = await followEvaluation(rerun, kill);
  expect(cut).toMatchObject({ state: 'failed', error: { code: 'evaluation-interrupted' } });
  const { items } = await request('evaluations.get', { evaluationId: cut.id });
  expect(items.length).toBeGreaterThan(0);
  expect(items.length).toBeLessThan(whole.record!.questions);
  await followEvaluation(() => request('evaluations.resume', { evaluationId: cut.id }));
  const done = await request('evaluations.get', { evaluationId: cut.id });
  expect(done).toMatchObject({ state: 'completed', rerun: { changedAnswers: [], sameFigures: true } });
  expect(done.items).toHaveLength(whole.record!.questions);
});

test('people are answered while a training runs', async () => {
  const here = openHere();
  const request = requestsOf(here);
  await setUpPlant(request, 2);
  const settings = { ...shortTraining, epochs: 1000 };
  const running = await followRun(
    here,
    request,
    () => request('training.start', { preset: 'expert', settings }),
    (run) => run.step > 0 || ended(run),
  );
  const { base } = await request('ask.ask', { question: 'P-07の締付トルクは？' });
  expect(base.finish).toMatch(/stop|length/);
  expect(await request('training.get', { runId: running.id })).toMatchObject({ state: 'running' });
  expect(await request('training.cancel', { runId: running.id })).toMatchObject({ state: 'cancelled' });
});

test('closing the app politely saves where the training stands', async () => {
  const first = openHere();
  const request = requestsOf(first);
  await setUpPlant(request, 2);
  const settings = { ...shortTraining, checkpointEverySteps: 1000 };
  const running = await followRun(
    first,
    request,
    () => request('training.start', { preset: 'expert', settings }),
    (run) => run.step >= 2 || ended(run),
  );
  await first.close();
  const again = requestsOf(openHere());
  const cut = await again('training.get', { runId: running.id });
  expect(cut.state).toBe('interrupted');
  expect(cut.checkpointStep).toBeGreaterThanOrEqual(running.step);
});

test('kill -9 of the host during training: the data opens, the run is interrupted, and resumes', async () => {
  const remote = await startHost();
  await setUpPlant(remote.request, 2);
  const running = await followRun(remote, remote.request, () => start(remote.request), saved);
  expect(running.state).toBe('running');
  host?.kill('SIGKILL');
  await remote.ended;

  const here = openHere();
  const request = requestsOf(here);
  const [cut] = await request('training.list', {});
  expect(cut).toMatchObject({ id: running.id, state: 'interrupted' });
  expect(cut?.checkpointStep).toBeGreaterThanOrEqual(running.checkpointStep);
  const done = await followRun(here, request, () => request('training.resume', { runId: running.id }), ended);
  expect(done.state).toBe('completed');
});

test.skipIf(!canAskToEnd)(
  `SIGTERM during a training ends the host long before the training, and the run can be resumed${cannotAskToEnd}`,
  async () => {
    const remote = await startHost();
    await setUpPlant(remote.request, 2);
    const settings = { ...shortTraining, epochs: 1000, checkpointEverySteps: 1000 };
    const begin = () => remote.request('training.start', { preset: 'expert', settings });
    const running = await followRun(remote, remote.request, begin, (run) => run.step > 0 || ended(run));
    expect(running.state).toBe('running');
    const asked = performance.now();
    host?.kill('SIGTERM');
    expect(await remote.ended).toEqual([0, null]);
    const seconds = (performance.now() - asked) / 1000;
    // Jobs have 8 seconds to save: test/src-main/engine/supervisor.test.ts.
    console.info(`ended ${seconds.toFixed(1)} s after SIGTERM`);
    const [cut] = await requestsOf(openHere())('training.list', {});
    expect(cut).toMatchObject({ id: running.id, state: 'interrupted' });
    expect(cut?.checkpointStep).toBeGreaterThanOrEqual(running.step);
  },
);

/** The app in a process of its own, reached as a browser would. */
async function startHost(): Promise<{ request: Request; subscribe: App['subscribe']; ended: Promise<unknown> }> {
  const script = fileURLToPath(new URL('fixture-app-host.ts', import.meta.url));
  const started = spawn(process.execPath, [script, join(folder, 'data'), join(folder, 'renderer')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  host = started;
  const [line] = (await once(started.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  const { origin } = new URL(url);
  const entered = await fetch(url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const dispatch = async (name: string, input: unknown) => {
    const body = JSON.stringify(input);
    const response = await fetch(`${origin}/api/${name}`, { method: 'POST', headers: { cookie, origin }, body });
    return (await response.json()) as Reply<RequestName>;
  };
  const listeners = new Set<AppListener>();
  const events = await fetch(`${origin}/api/events`, { headers: { cookie } });
  void readEvents(events, (event) => listeners.forEach((listener) => listener(event, null)));
  return {
    request: requestsOf({ dispatch }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ended: once(started, 'exit'),
  };
}

/** Until the stream breaks, which it does when the host is killed. */
async function readEvents(response: Response, onEvent: (event: AppEvent) => void): Promise<void> {
  let rest = '';
  try {
    for await (const text of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const blocks = `${rest}${text}`.split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) if (block.startsWith('data: ')) onEvent(JSON.parse(block.slice(6)) as AppEvent);
    }
  } catch {
    // The host was killed.
  }
}
