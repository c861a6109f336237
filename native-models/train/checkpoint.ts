/** The state from which a run continues bit for bit: parameters and moments, put in place as whole folders. */

import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { writeFileDurably, writeFolderDurably } from '../weights/files.ts';
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
    await writeFileDurably(join(folder, stateFile), JSON.stringify(state));
  });
  for (const older of (await listCheckpoints(directory)).slice(keptGenerations)) {
    await rm(older, { recursive: true, force: true });
  }
  return path;
}

/**
 * Fills the parameters from the newest readable checkpoint; undefined where there is none.
 * Throws `checkpoint-unreadable` where checkpoints exist but none belongs to this run or can be read.
 */
export async function loadCheckpoint(
  directory: string,
  identity: string,
  parameters: readonly Parameter[],
): Promise<{ readonly state: CheckpointState; readonly best: BestValues | null } | undefined> {
  let failure: ModelError | undefined;
  for (const path of await listCheckpoints(directory)) {
    const refuse = (reason: string): ModelError => new ModelError('checkpoint-unreadable', { path, reason });
    try {
      const state = (await readJsonObject(join(path, stateFile))) as CheckpointState | null;
      if (!state) throw refuse(`${stateFile} is missing`);
      if (state.identity !== identity) throw refuse('the model, the examples or the settings have changed');
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
      return { state, best: best.length === parameters.length ? best : null };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      failure ??= error;
    }
  }
  if (failure) throw failure;
  return undefined;
}

/** Drops all checkpoints of a folder: a new run starts there. */
export async function removeCheckpoints(directory: string): Promise<void> {
  for (const path of await listCheckpoints(directory)) await rm(path, { recursive: true, force: true });
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
