/** How far a base is that is put into 8 or 4 bits: once for each precision, in whichever command asks for it first. */

import type { HearQuantizing } from '../../engine/lane.ts';
import { printJson } from './command.ts';
import { createProgress, type Progress } from './progress.ts';

/** A moving line on standard error; nothing where the base is there already. */
export function showQuantizing(progress: Progress = createProgress(process.stderr, 'left')): HearQuantizing {
  let shown = false;
  return (at) => {
    if (at) progress.show(`Converting the base to ${at.precision}, once`, at.done, at.total, null);
    else if (shown) progress.line('The base is ready.');
    shown = at !== null;
  };
}

/** For a program that reads JSON lines. */
export const printQuantizing: HearQuantizing = (at) => {
  if (at) printJson({ event: 'quantizing', ...at });
};
