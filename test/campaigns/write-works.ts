/** What the app writes in pieces: how each piece of work is done, how it is mended where it was cut off, and what must then hold. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OfficeError } from '../../src-main/contract/errors.ts';
import type { Request } from '../../src-main/hosts/cli/requests.ts';
import { quantizedFolder } from '../../src-main/services/answering.ts';
import { openStore } from '../../src-main/store/index.ts';
import { shortTraining } from '../src-main/hosts/plant.ts';
import { Gone } from './killable.ts';
import { until } from './plant.ts';

export const works = ['import', 'freeze', 'train', 'blocks', 'export', 'merge'] as const;
export type Work = (typeof works)[number];

/** One time that a work is done. */
export interface Piece {
  readonly request: Request;
  readonly dataDirectory: string;
  readonly work: Work;
  /** Tells its rows and folders from those of others. */
  readonly life: number;
}

/** `cut`: the app or its model process ended before. */
export type Outcome = 'done' | 'cut';

/** Enough for several pieces of writing. */
const rows = 1_500;
const settings = { ...shortTraining, epochs: 1, checkpointEverySteps: 1 };
/** What whoever waits for a model process is told when it was killed. */
const killed: ReadonlySet<string> = new Set(['engine-crashed', 'engine-unavailable']);

/** Does one piece, to its end. @throws what it is refused with for any other reason than a kill */
export async function perform(piece: Piece): Promise<Outcome> {
  try {
    return await (isTraining(piece.work) ? train(piece) : isExport(piece.work) ? exportTo(piece) : collect(piece));
  } catch (error) {
    if (error instanceof Gone || (error instanceof OfficeError && killed.has(error.code))) return 'cut';
    throw error;
  }
}

const isTraining = (work: Work): boolean => work === 'train' || work === 'blocks';
const isExport = (work: Work): boolean => work === 'export' || work === 'merge';

async function collect({ request, work, life }: Piece): Promise<Outcome> {
  if (work === 'freeze') {
    await request('examples.add', { question: `extra ${life}`, answer: 'something new' });
    await request('datasets.freeze', {});
    return 'done';
  }
  const lines = Array.from({ length: rows }, (_, row) => `import ${life} question ${row},answer ${row}`);
  const text = ['question,answer', ...lines].join('\n');
  const { importId, mapping } = await request('import.preview', { kind: 'text', text });
  await request('import.commit', { importId, mapping, skipInvalid: false });
  return 'done';
}

/** `blocks`: on a base in 8 bits, which is put into blocks first. */
async function train({ request, dataDirectory, work }: Piece): Promise<Outcome> {
  if (work === 'blocks') rmSync(quantizedFolder(dataDirectory), { recursive: true, force: true });
  const precision = work === 'blocks' ? ({ basePrecision: 'int8' } as const) : {};
  await request('training.start', { preset: 'expert', settings: { ...settings, ...precision } });
  return trained(request);
}

/** Waits until no run is under way. */
async function trained(request: Request): Promise<Outcome> {
  let state: string | undefined;
  await until(async () => {
    state = (await request('training.list', {}))[0]?.state;
    return state !== 'waiting' && state !== 'running';
  });
  if (state !== 'completed' && state !== 'interrupted') throw new Error(`A training is ${String(state)}.`);
  return state === 'completed' ? 'done' : 'cut';
}

async function exportTo({ request, dataDirectory, work, life }: Piece): Promise<Outcome> {
  const adapterId = (await request('adapters.list', {})).at(-1)!.id;
  const form = work === 'merge' ? 'merged' : 'peft';
  await request('adapters.export', { adapterId, directory: outside(dataDirectory, life), form });
  let task = await request('adapters.task', {});
  await until(async () => (task = await request('adapters.task', {}))?.state !== 'running');
  // An app that was opened anew knows of no task.
  if (task?.state === 'completed') return 'done';
  if (task?.error && killed.has(task.error.code)) return 'cut';
  throw new Error(`${work} is ${String(task?.state)}: ${JSON.stringify(task?.error)}`);
}

/** A folder of its own for each export, always of one name, since the instructions in it name it. */
const outside = (dataDirectory: string, life: number): string =>
  join(dirname(dataDirectory), 'stick', String(life), '外へ');

/**
 * Finishes what was cut off, by whoever opens the app afterwards.
 * @returns whether something of it was there to go on from
 */
export async function mend(piece: Piece, outcome: Outcome): Promise<boolean> {
  const { request, dataDirectory, work, life } = piece;
  if (outcome === 'done' || !(isTraining(work) || isExport(work))) return false;
  if (isExport(work)) {
    const there = readdirOrNone(outside(dataDirectory, life)).length > 0;
    if (!there && (await perform(piece)) === 'cut') throw new Error(`${work}: cut off although nobody did it.`);
    return there;
  }
  const [run] = await request('training.list', {});
  const going = run !== undefined && run.state !== 'completed';
  if (going) await request('training.resume', { runId: run.id });
  if ((await (going ? trained(request) : perform(piece))) === 'cut')
    throw new Error(`A resumed training was interrupted: ${JSON.stringify((await request('training.list', {}))[0])}`);
  return going;
}

/**
 * What a finished piece has come to, to be compared with one that nobody disturbed.
 * @throws Error where something is half there
 */
export async function resultOf({ request, dataDirectory, work, life }: Piece): Promise<string> {
  if (isExport(work)) return filesHash(outside(dataDirectory, life), (name) => name !== 'evidence.json');
  if (!isTraining(work)) return '';
  const [run] = await request('training.list', {});
  const adapter = (await request('adapters.list', {})).find(({ id }) => id === run?.adapterId);
  if (!adapter) throw new Error('A completed training has no adapter.');
  const blocks = filesHash(quantizedFolder(dataDirectory), (name) => !isLeft(name));
  return work === 'blocks' ? `${adapter.sha256} ${blocks}` : adapter.sha256;
}

/** Nothing half written may lie beside an export whose app went on: it saw the model process end. */
export function leftBeside({ dataDirectory, life }: Piece): readonly string[] {
  return readdirOrNone(dirname(outside(dataDirectory, life))).filter(isLeft);
}

/** What is being written, or steps aside for it, has such a name. */
const isLeft = (name: string): boolean => /\.part(?:\.old)?$/.test(name);

const readdirOrNone = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];

function filesHash(folder: string, counts: (name: string) => boolean): string {
  const hash = createHash('sha256');
  for (const { name, parentPath } of existsSync(folder) ? filesIn(folder) : [])
    if (counts(name)) hash.update(`${name}\0`).update(readFileSync(join(parentPath, name)));
  return hash.digest('hex');
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .sort((one, other) => (one.name < other.name ? -1 : 1));

/** @throws Error where rows of an import are there in part, or one that was done is gone */
export async function verifyCollected({ request, work }: Piece, outcome: Outcome, kept: number): Promise<void> {
  const extra = await count(request, 'something new');
  const imported = (await count(request)) - kept - extra;
  if (imported !== 0 && imported !== rows) throw new Error(`${imported} of ${rows} rows of an import are there.`);
  if (work === 'import' && outcome === 'done' && imported !== rows) throw new Error('An import that was done is lost.');
  await tidy(request);
  if ((await count(request)) !== kept) throw new Error('Examples of before are lost.');
}

export const count = async (request: Request, search = ''): Promise<number> =>
  (await request('examples.list', { search, offset: 0, limit: 1 })).total;

/** Deletes what imports and versions have added, so that the next training has the data of the first. */
async function tidy(request: Request): Promise<void> {
  for (const search of ['import ', 'something new']) {
    for (;;) {
      const { examples } = await request('examples.list', { search, offset: 0, limit: 1000 });
      if (examples.length === 0) break;
      await request('examples.delete', { ids: examples.map(({ id }) => id) });
    }
  }
}

/** Each version holds as many examples as it says, and each adapter is whole. The app must be closed. */
export function verifyStored(dataDirectory: string): void {
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
