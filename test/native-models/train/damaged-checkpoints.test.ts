/** Checkpoints as disks, people and other runs leave them: each is passed over by a reason, for the one before. */

import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainJob } from '../../../native-models/jobs.ts';
import { createParameter, type Parameter } from '../../../native-models/train/adamw.ts';
import { loadCheckpoint, saveCheckpoint } from '../../../native-models/train/checkpoint.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../../../native-models/weights/safetensors.ts';
import { goldenPath } from '../goldens.ts';
import { collect, plantJob, type PlantJob } from './plant-job.ts';

interface State {
  readonly state: Record<string, unknown> & { readonly step: number; readonly identity: string };
  readonly sha256: string;
}

let plant: PlantJob;
/** Holds `checkpoint-000004` and `checkpoint-000008` of a whole run. */
let whole: string;
let identity: string;
let header: number;
const steps = 8;
const newestName = 'checkpoint-000008';
const tensors = (folder: string) => join(folder, 'state.safetensors');
const numbers = (folder: string) => join(folder, 'state.json');

beforeAll(async () => {
  plant = await plantJob();
  whole = await finished('whole');
  identity = (await stateIn(join(whole, newestName))).state.identity;
  header = 8 + Number((await readFile(tensors(join(whole, newestName)))).readBigUInt64LE());
});
afterAll(() => plant.dispose());

/** Trains to the end. @returns where its checkpoints lie */
async function finished(name: string, changes: Parameters<PlantJob['job']>[1] = {}): Promise<string> {
  const settings: Partial<TrainJob['settings']> = { epochs: 1, checkpointEverySteps: 4, ...changes.settings };
  const job = plant.job(name, { ...changes, settings });
  const { error } = await collect(job);
  expect(error).toBeUndefined();
  return job.outputDirectory;
}

const stateIn = async (folder: string): Promise<State> => JSON.parse(await readFile(numbers(folder), 'utf8')) as State;

/** Written as the app writes it, hash included: what is wrong lies in the content alone. */
async function sealed(folder: string, change: (state: State['state']) => State['state'] = (state) => state) {
  const state = change((await stateIn(folder)).state);
  const sha256 = createHash('sha256')
    .update(
      createHash('sha256')
        .update(await readFile(tensors(folder)))
        .digest('hex'),
    )
    .update(JSON.stringify(state))
    .digest('hex');
  await writeFile(numbers(folder), JSON.stringify({ state, sha256 }));
}

/** The newest checkpoint with some values of one kind replaced, hash included. */
async function withValue(folder: string, part: string, value: number): Promise<void> {
  const found = [...(await openSafetensors(tensors(folder))).tensors.values()];
  const read = await Promise.all(found.map(async (each) => ({ each, data: await readTensor(each) })));
  const written = read.map(({ each: { name, shape }, data }) => ({ name, shape, dtype: 'F32' as const, data }));
  written.find(({ name }) => name.endsWith(part))!.data[3] = value;
  await writeSafetensors(tensors(folder), written);
  await sealed(folder);
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 4;
  await writeFile(path, bytes);
}

async function cut(path: string, bytes: number): Promise<void> {
  const content = await readFile(path);
  await writeFile(path, content.subarray(0, bytes < 0 ? content.length + bytes : bytes));
}

/** Of one part of the first parameter, where its bytes begin. */
async function offsetOf(folder: string, part: string): Promise<number> {
  const { tensors: found } = await openSafetensors(tensors(folder));
  return [...found.values()].find(({ name }) => name.endsWith(part))!.offset + 5;
}

/** What is done to the newest checkpoint, and what the notice says of it. */
const damages: Readonly<Record<string, readonly [(folder: string) => Promise<unknown>, RegExp]>> = {
  'a bit of the length of the header': [(folder) => flip(tensors(folder), 1), /not what was written/],
  'a bit of the header': [(folder) => flip(tensors(folder), header - 9), /not what was written/],
  'a bit of the values': [async (f) => flip(tensors(f), await offsetOf(f, '.values')), /not what was written/],
  'a bit of the first moments': [async (f) => flip(tensors(f), await offsetOf(f, 'first_moment')), /not what was/],
  'a bit of the second moments': [async (f) => flip(tensors(f), await offsetOf(f, 'second_moment')), /not what was/],
  'a bit of the last byte': [(folder) => flip(tensors(folder), -1), /not what was written/],
  'a bit of the numbers beside': [(folder) => flip(numbers(folder), 20), /not what was written|cannot be read|JSON/],
  'no byte of the tensors left': [(folder) => cut(tensors(folder), 0), /not what was written/],
  'one byte too few': [(folder) => cut(tensors(folder), -1), /not what was written/],
  'numbers cut off': [(folder) => cut(numbers(folder), -10), /JSON/],
  'numbers of no byte': [(folder) => cut(numbers(folder), 0), /JSON/],
  'the numbers of the one before': [
    (folder) => cp(numbers(join(folder, '..', 'checkpoint-000004')), numbers(folder)),
    /not what was written/,
  ],
  'the one before under its name': [
    async (folder) => {
      await rm(folder, { recursive: true });
      await cp(join(folder, '..', 'checkpoint-000004'), folder, { recursive: true });
    },
    /it holds step 4/,
  ],
  'tensors of a run from another seed': [
    async (folder) => cp(tensors(join(await finished('seed', { settings: { seed: 8 } }), newestName)), tensors(folder)),
    /not what was written/,
  ],
  'a run from another seed': [
    async (folder) =>
      cp(join(await finished('seed', { settings: { seed: 8 } }), newestName), folder, { recursive: true }),
    /settings have changed/,
  ],
  'a run of another rank': [
    async (folder) =>
      cp(join(await finished('rank', { settings: { rank: 2 } }), newestName), folder, { recursive: true }),
    /settings have changed/,
  ],
  'a run of another model': [
    async (folder) =>
      cp(join(await finished('model', { modelDirectory: goldenPath('qwen3') }), newestName), folder, {
        recursive: true,
      }),
    /settings have changed/,
  ],
  'a run of another rank that names this one': [
    async (folder) => {
      await cp(join(await finished('rank', { settings: { rank: 2 } }), newestName), folder, { recursive: true });
      await sealed(folder, (state) => ({ ...state, identity }));
    },
    /has another size/,
  ],
  'a step beyond the plan': [(folder) => sealed(folder, (state) => ({ ...state, step: 9 })), /it holds step 9/],
  'a step that is a text': [(folder) => sealed(folder, (state) => ({ ...state, step: '8' as never })), /not one of/],
  'a moment that is not a number': [(folder) => withValue(folder, 'second_moment', Number.NaN), /not a finite number/],
  'a value without end': [(folder) => withValue(folder, '.values', Infinity), /not a finite number/],
  'an empty folder': [
    async (folder) => {
      await rm(folder, { recursive: true });
      await mkdir(folder);
    },
    /state.json is missing/,
  ],
  'a file in its place': [
    async (folder) => {
      await rm(folder, { recursive: true });
      await writeFile(folder, 'checkpoint');
    },
    /a file lies in its place/,
  ],
  'a folder in the place of the tensors': [
    async (folder) => {
      await rm(tensors(folder));
      await mkdir(tensors(folder));
    },
    /a folder lies in the place of a file/,
  ],
  'a folder in the place of the numbers': [
    async (folder) => {
      await rm(numbers(folder));
      await mkdir(numbers(folder));
    },
    /a folder lies in the place of a file/,
  ],
  'no numbers, and with them no hash': [(folder) => rm(numbers(folder)), /state.json is missing/],
  'no tensors': [(folder) => rm(tensors(folder)), /no such file/],
  'a hash alone missing': [
    async (folder) => writeFile(numbers(folder), JSON.stringify({ state: (await stateIn(folder)).state })),
    /not what was written/,
  ],
  'a list in the place of the numbers': [(folder) => writeFile(numbers(folder), '[]'), /not an object/],
  'a number in the place of the state': [(folder) => writeFile(numbers(folder), '{"state":8}'), /not what was/],
  'lists in lists': [(folder) => writeFile(numbers(folder), '['.repeat(5000)), /deep/],
  'bytes that are no text': [(folder) => writeFile(numbers(folder), Buffer.from([0x7b, 0xff])), /UTF-8/],
};

/** Parameters as a new run of this plan has them. */
async function newParameters(): Promise<readonly Parameter[]> {
  const { tensors: found } = await openSafetensors(tensors(join(whole, 'checkpoint-000004')));
  return [...found.values()].flatMap(({ name, shape }) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const isValues = name.endsWith('.values');
    return isValues ? [createParameter(name.slice(0, -'.values'.length), shape, new Float32Array(size))] : [];
  });
}

async function load(directory: string) {
  const parameters = await newParameters();
  return { parameters, loaded: await loadCheckpoint(directory, { identity, steps }, parameters) };
}

const copied = async (): Promise<string> => {
  const folder = await mkdtemp(join(plant.folder, 'copy-'));
  await cp(whole, folder, { recursive: true });
  return folder;
};

test('a whole one is taken', async () => {
  const { loaded } = await load(whole);
  expect(loaded).toMatchObject({ state: { step: 8 }, passedOver: [] });
});

describe('passed over for the one before', () => {
  test.each(Object.entries(damages))('%s', async (_, [damage, said]) => {
    const folder = await copied();
    const path = join(folder, newestName);
    await damage(path);
    const { loaded, parameters } = await load(folder);
    expect(loaded?.state.step).toBe(4);
    expect(loaded?.passedOver).toEqual([{ path, reason: expect.stringMatching(said) as string }]);
    // What was passed over has left nothing in the parameters.
    const before = await load(await withoutNewest(folder));
    expect(parameters).toEqual(before.parameters);
  });

  test.skipIf(process.platform === 'win32')('a pipe that nobody writes into', async () => {
    const folder = await copied();
    const path = join(folder, newestName);
    await rm(numbers(path));
    execFileSync('mkfifo', [numbers(path)]);
    const { loaded } = await load(folder);
    expect(loaded?.passedOver).toEqual([{ path, reason: expect.stringContaining('not an ordinary file') as string }]);
  });
});

async function withoutNewest(folder: string): Promise<string> {
  await rm(join(folder, newestName), { recursive: true });
  return folder;
}

test('one that was renamed to the highest number is not the newest', async () => {
  const folder = await copied();
  await rename(join(folder, 'checkpoint-000004'), join(folder, 'checkpoint-9999999'));
  const { loaded } = await load(folder);
  expect(loaded).toMatchObject({ state: { step: 8 }, passedOver: [{ path: join(folder, 'checkpoint-9999999') }] });
});

test('those with later steps that were passed over cost a run none of its own', async () => {
  const folder = await copied();
  await cp(join(folder, newestName), join(folder, 'checkpoint-9999999'), { recursive: true });
  await flip(tensors(join(folder, newestName)), -1);
  const { loaded, parameters } = await load(folder);
  expect(loaded?.state.step).toBe(4);
  const written = await saveCheckpoint(folder, { ...loaded!.state, step: 5 }, parameters, null);
  expect(await readdir(folder)).toEqual(expect.arrayContaining([basename(written), 'checkpoint-000004']));
  expect((await load(folder)).loaded?.state.step).toBe(5);
});

test('where none is whole, the run is refused by the newest one', async () => {
  const folder = await copied();
  for (const name of ['checkpoint-000004', newestName]) await flip(tensors(join(folder, name)), -1);
  await expect(load(folder)).rejects.toMatchObject({
    code: 'checkpoint-unreadable',
    values: { path: join(folder, newestName), reason: 'its content is not what was written' },
  });
});
