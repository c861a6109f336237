/** Whether something fits into this computer's memory. */

import type { Fit } from '../contract/entities.ts';

/** The system itself and whoever works here need the rest. */
const usableShare = 0.9;

/** `fits` into what is free now; `tight`: only once other programs are closed; `too-large` for this computer. */
export function fitOf(neededBytes: number, freeBytes: number, totalBytes: number): Fit {
  if (neededBytes <= freeBytes * usableShare) return 'fits';
  return neededBytes <= totalBytes * usableShare ? 'tight' : 'too-large';
}
