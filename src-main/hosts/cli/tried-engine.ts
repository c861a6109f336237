/** The one door to model folders that somebody names on the command line: a tokenizer that nobody has tried answers nothing. */

import { resolve } from 'node:path';
import { OfficeError } from '../../contract/errors.ts';
import type { Engine, RunningJob } from '../../engine/engine.ts';
import { isBundledStarter } from '../../services/bundled-files.ts';
import { cameBack, keepCameBack, textsOfFolder } from './tried-texts.ts';

/**
 * An engine that works on a folder only once the folder's tokenizer and template came back from a trial in a process of
 * their own. The starter comes with the app and is not tried. Whatever names a folder raises OfficeError model-texts-ended
 * where the trial ended its process or its patience.
 */
export function tryingTexts(engine: Engine): Engine {
  const trials = new Map<string, Promise<void>>();

  async function trialOf(input: unknown): Promise<void> {
    const named = folderIn(input);
    if (named === undefined || isBundledStarter(named)) return;
    const directory = resolve(named);
    if (!trials.has(directory)) trials.set(directory, tryOnce(engine, directory));
    await trials.get(directory);
  }

  return {
    ...engine,
    call: async (name, input) => {
      await trialOf(input);
      return engine.call(name, input);
    },
    start: (name, input, onEvent) => startAfter(trialOf(input), () => engine.start(name, input, onEvent)),
  };
}

/** A job that begins once `before` has come back; stopped earlier, it never does. */
function startAfter<Output>(before: Promise<void>, start: () => RunningJob<Output>): RunningJob<Output> {
  let job: RunningJob<Output> | undefined;
  let cancelled = false;
  const result = before.then(() => {
    if (cancelled) throw new OfficeError('cancelled');
    job = start();
    return job.result;
  });
  return {
    result,
    pause: () => job?.pause(),
    resume: () => job?.resume(),
    cancel: () => {
      cancelled = true;
      job?.cancel();
    },
  };
}

async function tryOnce(engine: Engine, directory: string): Promise<void> {
  const texts = textsOfFolder(directory);
  if (texts === null || cameBack(texts)) return;
  try {
    await engine.call('tryTexts', { directory });
    keepCameBack(texts);
  } catch (error) {
    // What else is wrong with a folder, the work itself says.
    if (error instanceof OfficeError && error.code === 'model-texts-ended') throw error;
  }
}

/** Where each request names its model folder. */
interface WithFolder {
  readonly directory?: string;
  readonly modelDirectory?: string;
}

const folderIn = (input: unknown): string | undefined => {
  const { directory, modelDirectory } = input as WithFolder;
  return directory ?? modelDirectory;
};
