/** Where the shell finds its own files: beside the sources while developing, in the installed app's resources otherwise. */

import { join } from 'node:path';

export interface ShellFiles {
  readonly rendererDirectory: string;
  readonly preload: string;
  readonly workerEntry: string;
  /** Absolute path of the bundled reading process. */
  readonly readerEntry: string;
  readonly bundled: {
    readonly starterModelDirectory: string;
    readonly samplePlantFile: string;
    readonly regressionFile: string;
    readonly rehearsalFile: string;
    readonly safetyFile: string;
  };
}

/**
 * @param appPath folder of package.json, inside the archive when packed
 * @param resourcesPath folder of `extraResources` when packed; null while developing
 */
export function shellFiles(appPath: string, resourcesPath: string | null): ShellFiles {
  const starter = resourcesPath === null ? join(appPath, 'native-models', 'starter') : join(resourcesPath, 'starter');
  return {
    rendererDirectory: join(appPath, 'dist', 'renderer'),
    preload: join(appPath, 'dist', 'electron', 'preload.cjs'),
    workerEntry: join(appPath, 'dist', 'electron', 'worker.js'),
    readerEntry: join(appPath, 'dist', 'electron', 'reader.js'),
    bundled: {
      starterModelDirectory: join(starter, 'model'),
      samplePlantFile: join(starter, 'sample-plant', 'sample-plant.jsonl'),
      regressionFile: join(starter, 'sample-plant', 'regression.jsonl'),
      rehearsalFile: join(starter, 'sample-plant', 'rehearsal.jsonl'),
      safetyFile: join(resourcesPath ?? join(appPath, 'src-main'), 'safety-pack', 'safety.jsonl'),
    },
  };
}
