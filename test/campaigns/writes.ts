/**
 * Kills the app, or its model process alone, in the middle of what they write: an import, a dataset version, a training with
 * its checkpoints, a base put into blocks of 8 bits, an export and a merged model. Half of the kills come at a random part of
 * the time that such work takes, half with a random one of the changes that it makes on the disk. Then an import must be there
 * whole or not at all, a version must hold what it says, and a training that is resumed, blocks and an export must come to the
 * bytes of those that were never disturbed.
 */

import { mkdirSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Random, seeded } from '../src-main/domain/guards/simulate.ts';
import { setUpPlant } from '../src-main/hosts/plant.ts';
import { type Killable, startKillable } from './killable.ts';
import {
  count,
  leftBeside,
  mend,
  type Outcome,
  perform,
  type Piece,
  resultOf,
  verifyCollected,
  verifyStored,
  type Work,
  works,
} from './write-works.ts';

type Victim = 'app' | 'engine';

/** In this order, over and over: whoever stops early has had most kinds. Collecting needs no model process. */
const kinds: readonly (readonly [Work, Victim])[] = [
  ['train', 'engine'],
  ['merge', 'engine'],
  ['import', 'app'],
  ['blocks', 'engine'],
  ['export', 'engine'],
  ['train', 'app'],
  ['freeze', 'app'],
  ['blocks', 'app'],
  ['merge', 'app'],
  ['export', 'app'],
];

/** Of each kind of work. `cut`: it had not come to its end when it was killed. `goneOnFrom`: and something was there of it. */
export type WriteFigures = Readonly<
  Record<Work, { app: number; engine: number; cut: number; done: number; goneOnFrom: number }>
>;

interface Options {
  /** In a folder that holds nothing else: exports are put beside it. */
  readonly dataDirectory: string;
  readonly seed: number;
  /** Asked before each further kill. */
  readonly goOn: (kills: number) => boolean;
}

/** @throws Error naming the first thing that does not hold */
export async function runWrites({ dataDirectory, seed, goOn }: Options): Promise<WriteFigures> {
  const random = seeded(seed);
  const figures = eachWork(() => ({ app: 0, engine: 0, cut: 0, done: 0, goneOnFrom: 0 }));
  const undisturbed = new Map<Work, Undisturbed>();
  mkdirSync(dataDirectory, { recursive: true });

  let app = await startKillable(dataDirectory, 'real');
  await setUpPlant(app.request, 12);
  const kept = await count(app.request);

  for (let kills = 0; goOn(kills); kills += 1) {
    const [work, victim] = kinds[kills % kinds.length]!;
    const piece: Piece = { request: app.request, dataDirectory, work, life: kills + 1 };
    const where = `kill ${kills + 1}, ${victim} in ${work}`;
    try {
      // Whoever stops early has done nothing for the sake of kinds that never came.
      const usual = undisturbed.get(work) ?? (await leftAlone(piece, kept));
      undisturbed.set(work, usual);
      const outcome = await killIn(piece, app, victim, random, usual);
      figures[work][victim] += 1;
      figures[work][outcome] += 1;
      if (victim === 'app') {
        verifyStored(dataDirectory);
        app = await startKillable(dataDirectory, 'real');
      } else if (leftBeside(piece).length > 0)
        throw new Error(`half an export lies there: ${leftBeside(piece).join()}`);
      const again = { ...piece, request: app.request };
      figures[work].goneOnFrom += Number(await mend(again, outcome));
      await verifyCollected(again, outcome, kept);
      if ((work === 'import' || work === 'freeze' ? '' : await resultOf(again)) !== usual.result)
        throw new Error('what was cut off and gone on with came to other bytes');
    } catch (error) {
      throw new Error(`${where}: ${String(error)}`, { cause: error });
    }
  }
  await app.close();
  verifyStored(dataDirectory);
  return figures;
}

/** What work takes that nobody disturbs, in milliseconds and in changes on the disk, and what it comes to. */
interface Undisturbed {
  readonly time: number;
  readonly changes: number;
  readonly result: string;
}

/** Does such a piece of work in peace. */
async function leftAlone({ request, dataDirectory, work }: Piece, kept: number): Promise<Undisturbed> {
  // Exports of both forms go to folders of their own.
  const piece: Piece = { request, dataDirectory, work, life: work === 'merge' ? -1 : 0 };
  const seen = changesIn(dirname(dataDirectory));
  const begun = performance.now();
  const outcome = await perform(piece);
  const time = performance.now() - begun;
  const changes = seen.stop();
  if (outcome === 'cut') throw new Error(`${work} was cut off although nobody was killed.`);
  const result = await resultOf(piece);
  await verifyCollected(piece, outcome, kept);
  return { time, changes, result };
}

/** Begins a piece of work and kills somebody in it. */
async function killIn(
  piece: Piece,
  app: Killable,
  victim: Victim,
  random: Random,
  usual: Undisturbed,
): Promise<Outcome> {
  const seen = changesIn(dirname(piece.dataDirectory), Math.ceil(random() * usual.changes));
  try {
    const finished = perform(piece);
    await Promise.race([finished, moment(random, usual.time, seen.reached)]);
    if (victim === 'app') await app.kill();
    else await app.killEngine();
    return await finished;
  } finally {
    seen.stop();
  }
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

function eachWork<Value>(make: () => Value): Record<Work, Value> {
  return Object.fromEntries(works.map((work) => [work, make()])) as Record<Work, Value>;
}
