/** General skills that a training on the command line rehearses, as the app does it. */

import { existsSync, realpathSync } from 'node:fs';
import { bundledHere } from '../../services/bundled-files.ts';

/** The starter's general skills where the folder holds the starter; null: another model has its own way of talking. */
export function rehearsalFor(modelDirectory: string): string | null {
  const { starterModelDirectory, rehearsalFile } = bundledHere;
  const isStarter = existsSync(modelDirectory) && realpathSync(modelDirectory) === realpathSync(starterModelDirectory);
  return isStarter ? rehearsalFile : null;
}
