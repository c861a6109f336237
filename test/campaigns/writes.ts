/**
 * Kills the app in the middle of what it writes: an import, a dataset version, and a training with its checkpoints. Half of the
 * kills come at a random part of the time that such work takes, half with a random one of the changes that it makes in the
 * data folder. Then an import must be there whole or not at all, a version must hold what it says, and a training must resume
 * to the bytes of one that was never disturbed.
 */

import { watch } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../src-main/store/index.ts';
import { type Random, seeded } from '../src-main/domain/guards/simulate.ts';
import { setUpPlant, shortTraining } from '../src-main/hosts/plant.ts';
import { Gone, type Killable, startKillable } from './killable.ts';
import { until } from './plant.ts';

const works = ['import', 'freeze', 'train'] as const;
type Work = (typeof works)[number];

/** Of each kind of work. `unfinished`: it had not come to its end when it was killed. */
export type WriteFigures = Readonly<Record<Work, { kills: number; unfinished: number; done: number; resumed: number }>>;

interface Options {
  readonly dataDirectory: string;
  readonly seed: number;
  /** Asked before each further life of the app. */
  readonly goOn: (kills: number) => boolean;
}

/** Enough for several pieces of writing. */
const rows = 1_500;
const settings = { ...shortTraining, epochs: 1, checkpointEverySteps: 1 };

/** @throws Error naming the first thing that does not hold */
export async function runWrites({ dataDirectory, seed, goOn }: Options): Promise<WriteFigures> {
  const random = seeded(seed);
  const none = () => ({ kills: 0, unfinished: 0, done: 0, resumed: 0 });
  const figures = { import: none(), freeze: none(), train: none() };
  /** What undisturbed work takes, in milliseconds and in changes of the data folder. */
  const usual: Record<Work, { time: number; changes: number }> = {
    import: { time: 0, changes: 0 },
    freeze: { time: 0, changes: 0 },
    train: { time: 0, changes: 0 },
  };

  const first = await startKillable(dataDirectory, 'real');
  await setUpPlant(first.request, 12);
  const kept = await count(first);
  for (const work of works) {
    const seen = changesIn(dataDirectory);
    const begun = performance.now();
    await perform(first, work, 0);
    usual[work] = { time: performance.now() - begun, changes: seen.stop() };
    await tidy(first);
  }
  await first.close();
  const undisturbed = trainedHash(dataDirectory);

  let kills = 0;
  for (let life = 1; goOn(kills); life += 1) {
    const work = works[life % works.length]!;
    const app = await startKillable(dataDirectory, 'real');
    const seen = changesIn(dataDirectory, Math.ceil(random() * usual[work].changes));
    const finished = perform(app, work, life).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Gone) return false;
        throw error;
      },
    );
    await Promise.race([finished, moment(random, usual[work].time, seen.reached)]);
    await app.kill();
    seen.stop();
    kills += 1;
    figures[work].kills += 1;
    const wasDone = await finished;
    figures[work][wasDone ? 'done' : 'unfinished'] += 1;

    const again = await startKillable(dataDirectory, 'real');
    const imported = (await count(again)) - kept - (work === 'freeze' ? await extras(again) : 0);
    if (imported !== 0 && imported !== rows) throw new Error(`${imported} of ${rows} rows of an import are there.`);
    if (work === 'import' && wasDone && imported !== rows) throw new Error('An import that was done is lost.');
    figures[work].resumed += Number(work === 'train' && (await resumed(again)));
    await tidy(again);
    if ((await count(again)) !== kept) throw new Error('Examples of before are lost.');
    await again.close();
    if (work === 'train' && trainedHash(dataDirectory) !== undisturbed)
      throw new Error('A training that was killed and resumed came to other bytes.');
    verifyVersions(dataDirectory);
  }
  return figures;
}

const moment = (random: Random, time: number, reached: Promise<void>): Promise<unknown> =>
  random() < 0.5 ? delay(random() * time) : Promise.race([reached, delay(2 * time)]);

/** Counts changes in a folder. `reached` comes with the one of this number. */
function changesIn(folder: string, wanted = Infinity) {
  let changes = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const watcher = watch(folder, { recursive: true }, () => {
    changes += 1;
    if (changes >= wanted) resolve();
  });
  // What is gone before it can be watched was a change as well.
  watcher.on('error', () => {});
  return {
    reached: promise,
    stop() {
      watcher.close();
      return changes;
    },
  };
}

/** Does one piece of work, to its end. */
async function perform({ request }: Killable, work: Work, life: number): Promise<void> {
  switch (work) {
    case 'import': {
      const lines = Array.from({ length: rows }, (_, row) => `import ${life} question ${row},answer ${row}`);
      const text = ['question,answer', ...lines].join('\n');
      const { importId, mapping } = await request('import.preview', { kind: 'text', text });
      await request('import.commit', { importId, mapping, skipInvalid: false });
      return;
    }
    case 'freeze':
      await request('examples.add', { question: `extra ${life}`, answer: 'something new' });
      await request('datasets.freeze', {});
      return;
    case 'train':
      await request('training.start', { preset: 'expert', settings });
      await settled(request);
  }
}

/** Waits until no run is under way. @returns the state of the newest */
async function settled(request: Killable['request']): Promise<string | null> {
  let state: string | null = null;
  await until(async () => {
    state = (await request('training.list', {}))[0]?.state ?? null;
    return state === null || !['waiting', 'running'].includes(state);
  });
  return state;
}

/** Resumes what a kill interrupted, to its end; where nothing was begun, trains. @returns whether something was resumed */
async function resumed(app: Killable): Promise<boolean> {
  const [run] = await app.request('training.list', {});
  if (!run || run.state === 'completed') {
    await perform(app, 'train', 0);
    return false;
  }
  await app.request('training.resume', { runId: run.id });
  const state = await settled(app.request);
  if (state !== 'completed') throw new Error(`A resumed training is ${String(state)}.`);
  return true;
}

const count = async ({ request }: Killable): Promise<number> =>
  (await request('examples.list', { offset: 0, limit: 1 })).total;
const extras = async ({ request }: Killable): Promise<number> =>
  (await request('examples.list', { search: 'something new', offset: 0, limit: 1 })).total;

/** Deletes what imports and versions have added, so that the next training has the data of the first. */
async function tidy({ request }: Killable): Promise<void> {
  for (const search of ['import ', 'something new']) {
    for (;;) {
      const { examples } = await request('examples.list', { search, offset: 0, limit: 1000 });
      if (examples.length === 0) break;
      await request('examples.delete', { ids: examples.map(({ id }) => id) });
    }
  }
}

/** SHA-256 of the weights of the newest completed training, whose app is closed. */
function trainedHash(dataDirectory: string): string {
  const store = openStore(dataDirectory);
  try {
    const run = store.runs.list().find(({ state }) => state === 'completed');
    const adapter = store.adapters.list().find(({ runId }) => runId === run?.id);
    if (!adapter) throw new Error('A completed training has no adapter.');
    store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
    return adapter.sha256;
  } finally {
    store.close();
  }
}

/** Each holds as many examples as it says, whole. */
function verifyVersions(dataDirectory: string): void {
  const store = openStore(dataDirectory);
  try {
    for (const { id, train, heldOut, regression } of store.datasets.list()) {
      const found = store.datasets.examples(id).length;
      if (found !== train + heldOut + regression) throw new Error(`Version ${id} holds ${found} examples.`);
    }
    for (const { folder, sha256 } of store.adapters.list()) store.artefacts.verifyAdapter(folder, sha256);
  } finally {
    store.close();
  }
}
