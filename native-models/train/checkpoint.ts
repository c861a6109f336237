/** The state from which a run continues bit for bit: parameters and moments, put in place as whole folders. */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { remove, tidyUp } from '../disk/patient.ts';
import { clearAbandonedIn } from '../disk/unfinished.ts';
import { ModelError } from '../errors.ts';
import { sha256OfFile, writeFileDurably, writeFolderDurably } from '../weights/files.ts';
import { readJsonObject } from '../weights/json.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../weights/safetensors.ts';
import type { Parameter } from './adamw.ts';
import type { Stopping } from './stopping.ts';

/** Generations kept, so that a damaged newest one does not end a run. */
const keptGenerations = 2;
const folderPattern = /^checkpoint-(\d+)$/;
const stepOf = (path: string): number => Number(folderPattern.exec(basename(path))?.[1]);
const folderOf = (step: number): string => `checkpoint-${String(step).padStart(6, '0')}`;
const stateFile = 'state.json';
const tensorsFile = 'state.safetensors';

/** Numbers that go on with the run. */
export interface CheckpointState {
  readonly step: number;
  /** What the run is: model, data and settings in one hash. Only the same run may continue. */
  readonly identity: string;
  readonly firstLoss: number;
  readonly lastLoss: number;
  readonly seconds: number;
  /** Where a run that goes on until it is known stands. */
  readonly stopping: Stopping;
}

/** The values of all parameters at the best state, in their order. */
export type BestValues = readonly Float32Array[];

/** Writes `checkpoint-<step>` durably and drops older generations. Returns its path. */
export async function saveCheckpoint(
  directory: string,
  state: CheckpointState,
  parameters: readonly Parameter[],
  best: BestValues | null,
): Promise<string> {
  const path = join(directory, folderOf(state.step));
  // Half a checkpoint of a run that was killed and goes on here has a step of its own in its name.
  await clearAbandonedIn(directory);
  await writeFolderDurably(path, async (folder) => {
    await writeSafetensors(
      join(folder, tensorsFile),
      parameters.flatMap(({ name, shape, values, firstMoment, secondMoment }, index) => [
        { name: `${name}.values`, dtype: 'F32' as const, shape, data: values },
        { name: `${name}.first_moment`, dtype: 'F32' as const, shape, data: firstMoment },
        { name: `${name}.second_moment`, dtype: 'F32' as const, shape, data: secondMoment },
        ...(best ? [{ name: `${name}.best`, dtype: 'F32' as const, shape, data: best[index]! }] : []),
      ]),
    );
    const sha256 = await hashOver(folder, state);
    await writeFileDurably(join(folder, stateFile), JSON.stringify({ state, sha256 }));
  });
  // One with a later step is not this run's next: it was renamed, or passed over as damaged.
  const upToNow = (await listCheckpoints(directory)).filter((each) => stepOf(each) <= state.step);
  for (const older of upToNow.slice(keptGenerations)) await tidyUp(older);
  return path;
}

/** A checkpoint that cannot be continued, and why. */
interface PassedOver {
  readonly path: string;
  readonly reason: string;
}

/** What a run goes on from. */
interface LoadedCheckpoint {
  readonly state: CheckpointState;
  readonly best: BestValues | null;
  /** Newer checkpoints that were damaged. */
  readonly passedOver: readonly PassedOver[];
}

/**
 * Fills the parameters from the newest checkpoint that is whole; undefined where there is none at all.
 * @param run whose checkpoints they are, and how many steps its plan has at most
 * Throws `checkpoint-unreadable` where checkpoints exist but none belongs to this run or is whole.
 */
export async function loadCheckpoint(
  directory: string,
  run: { readonly identity: string; readonly steps: number },
  parameters: readonly Parameter[],
): Promise<LoadedCheckpoint | undefined> {
  let failure: ModelError | undefined;
  const passedOver: PassedOver[] = [];
  for (const path of await listCheckpoints(directory)) {
    try {
      const { loaded, ...found } = await readCheckpoint(path, run, parameters);
      // Only a checkpoint that was read whole touches the parameters.
      for (const [target, data] of loaded) target.set(data);
      return { ...found, passedOver };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      const reason = reasonOf(error);
      failure ??= refuse(path, reason);
      passedOver.push({ path, reason });
    }
  }
  if (failure) throw failure;
  return undefined;
}

const refuse = (path: string, reason: string): ModelError => new ModelError('checkpoint-unreadable', { path, reason });

/** Why one of its files was refused, as part of a sentence about the checkpoint. */
function reasonOf({ code, values, message }: ModelError): string {
  if (code === 'file-is-a-folder') return 'a folder lies in the place of a file';
  if (code === 'folder-is-a-file') return 'a file lies in its place';
  return String(values['reason'] ?? message.replace(/\.$/, ''));
}

/** @returns what to put into which of the parameters' arrays, beside the rest. Raises a `ModelError` where it is not whole. */
async function readCheckpoint(
  path: string,
  run: { readonly identity: string; readonly steps: number },
  parameters: readonly Parameter[],
): Promise<Omit<LoadedCheckpoint, 'passedOver'> & { readonly loaded: readonly [Float32Array, Float32Array][] }> {
  const { state, sha256 } = ((await readJsonObject(join(path, stateFile))) ?? {}) as Partial<StateFile>;
  if (!state) throw refuse(path, `${stateFile} is missing`);
  if (sha256 !== (await hashOver(path, state))) throw refuse(path, 'its content is not what was written');
  if (state.identity !== run.identity) throw refuse(path, 'the model, the examples or the settings have changed');
  // One that was renamed would be taken for the newest for ever.
  if (basename(path) !== folderOf(state.step)) throw refuse(path, `it holds step ${state.step}`);
  if (!Number.isInteger(state.step) || state.step < 1 || state.step > run.steps)
    throw refuse(path, `step ${state.step} is not one of the ${run.steps} planned`);
  const { tensors } = await openSafetensors(join(path, tensorsFile));
  const read = async (name: string, length: number): Promise<Float32Array | null> => {
    const tensor = tensors.get(name);
    if (!tensor) return null;
    const data = await readTensor(tensor);
    if (data.length !== length) throw refuse(path, `${name} has another size`);
    // Written before the next step could take it back, or by whoever: nothing good would be learned from it.
    if (!data.every(Number.isFinite)) throw refuse(path, `${name} holds a value that is not a finite number`);
    return data;
  };
  const loaded: [Float32Array, Float32Array][] = [];
  const best: Float32Array[] = [];
  for (const { name, values, firstMoment, secondMoment } of parameters) {
    const parts = { values, first_moment: firstMoment, second_moment: secondMoment };
    for (const [part, target] of Object.entries(parts)) {
      const data = await read(`${name}.${part}`, target.length);
      if (!data) throw refuse(path, `it lacks ${name}.${part}`);
      loaded.push([target, data]);
    }
    const kept = await read(`${name}.best`, values.length);
    if (kept) best.push(kept);
  }
  return { state, best: best.length === parameters.length ? best : null, loaded };
}

/** The content of state.json. */
interface StateFile {
  readonly state: CheckpointState;
  readonly sha256: string;
}

/** SHA-256 (hex) over the tensors and the numbers of a checkpoint: one changed bit is noticed. */
async function hashOver(folder: string, state: CheckpointState): Promise<string> {
  return createHash('sha256')
    .update(await sha256OfFile(join(folder, tensorsFile)))
    .update(JSON.stringify(state))
    .digest('hex');
}

/** Drops all checkpoints of a folder: a new run starts there. */
export async function removeCheckpoints(directory: string): Promise<void> {
  for (const path of await listCheckpoints(directory)) await remove(path);
}

/** Paths of the checkpoints in a folder, newest first. */
async function listCheckpoints(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => folderPattern.test(name))
    .sort((one, other) => stepOf(other) - stepOf(one))
    .map((name) => join(directory, name));
}
