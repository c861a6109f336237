/** General skills that a training on the command line rehearses, as the app does it. */

import { bundledHere, isBundledStarter } from '../../services/bundled-files.ts';

/** The starter's general skills where the folder holds the starter; null: another model has its own way of talking. */
export function rehearsalFor(modelDirectory: string): string | null {
  return isBundledStarter(modelDirectory) ? bundledHere.rehearsalFile : null;
}
