/** The state from which a run continues bit for bit: parameters and moments, put in place as whole folders. */

import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { remove, tidyUp } from '../disk/patient.ts';
import { ModelError } from '../errors.ts';
import { sha256OfFile, writeFileDurably, writeFolderDurably } from '../weights/files.ts';
import { readJsonObject } from '../weights/json.ts';
import { openSafetensors, readTensor, writeSafetensors } from '../weights/safetensors.ts';
import type { Parameter } from './adamw.ts';
import type { Stopping } from './stopping.ts';

/** Generations kept, so that a damaged newest one does not end a run. */
const keptGenerations = 2;
const folderPattern = /^checkpoint-(\d+)$/;
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
  const path = join(directory, `checkpoint-${String(state.step).padStart(6, '0')}`);
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
  for (const older of (await listCheckpoints(directory)).slice(keptGenerations)) await tidyUp(older);
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
    const refuse = (reason: string): ModelError => new ModelError('checkpoint-unreadable', { path, reason });
    try {
      const { state, sha256 } = ((await readJsonObject(join(path, stateFile))) ?? {}) as Partial<StateFile>;
      if (!state) throw refuse(`${stateFile} is missing`);
      if (state.identity !== run.identity) throw refuse('the model, the examples or the settings have changed');
      if (sha256 !== (await hashOver(path, state))) throw refuse('its content is not what was written');
      if (!Number.isInteger(state.step) || state.step < 1 || state.step > run.steps)
        throw refuse(`step ${state.step} is not one of the ${run.steps} planned`);
      const { tensors } = await openSafetensors(join(path, tensorsFile));
      const loaded: [Float32Array, Float32Array][] = [];
      const best: Float32Array[] = [];
      for (const { name, values, firstMoment, secondMoment } of parameters) {
        for (const [part, target] of [
          ['values', values],
          ['first_moment', firstMoment],
          ['second_moment', secondMoment],
        ] as const) {
          const tensor = tensors.get(`${name}.${part}`);
          if (!tensor) throw refuse(`it lacks ${name}`);
          const data = await readTensor(tensor);
          if (data.length !== target.length) throw refuse(`${name} has another size`);
          loaded.push([target, data]);
        }
        const kept = tensors.get(`${name}.best`);
        if (kept) best.push(await readTensor(kept));
      }
      // Only a checkpoint that was read whole touches the parameters.
      for (const [target, data] of loaded) target.set(data);
      return { state, best: best.length === parameters.length ? best : null, passedOver };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      failure ??= error;
      passedOver.push({ path, reason: String(error.values['reason']) });
    }
  }
  if (failure) throw failure;
  return undefined;
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
    .sort()
    .reverse()
    .map((name) => join(directory, name));
}
