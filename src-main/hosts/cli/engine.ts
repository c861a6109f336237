/** The engine for commands that need no data directory: model work in its own process, ended with the command. */

import { fileURLToPath } from 'node:url';
import type { Engine } from '../../engine/engine.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import type { EngineLog, HearQuantizing } from '../../engine/lane.ts';
import { createSupervisor } from '../../engine/supervisor.ts';
import { bundledHere } from '../../services/bundled-files.ts';
import type { Workplace } from '../../services/context.ts';
import { dataDirectory } from '../data-directory.ts';
import { showQuantizing } from './quantizing.ts';
import { tryingTexts } from './tried-engine.ts';

const workerEntry = fileURLToPath(new URL('../../engine/model-process.ts', import.meta.url));

/** What a command has to say, it says itself; there is no data directory that could hold a log. */
const silent: EngineLog = { info: () => {}, error: () => {} };

/** Opens an engine of its own, for folders that somebody just named. The caller closes it. */
export function openEngine(log: EngineLog = silent, onQuantizing?: HearQuantizing): Engine {
  return tryingTexts(createSupervisor({ entry: workerEntry, startProcess: forkProcess, log, onQuantizing }));
}

/**
 * Works on folders by the services' own functions, as the office does, without a database.
 * @param onQuantizing tells how far a base is that has to be put into 8 or 4 bits first; by default on standard error
 */
export async function withWorkplace<Result>(
  work: (place: Workplace) => Promise<Result>,
  onQuantizing = showQuantizing(),
): Promise<Result> {
  const engine = openEngine(silent, onQuantizing);
  try {
    return await work({ engine, dataDirectory: dataDirectory(undefined), bundled: bundledHere });
  } finally {
    await engine.close();
  }
}
