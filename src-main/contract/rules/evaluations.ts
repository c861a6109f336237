/** What may be done with an evaluation, by its state: asked by the office, shown by every window. */

import type { Evaluation } from '../entities.ts';

/** It ended before its time, and what it was asked is known. */
export const canGoOn = ({ state, record }: Pick<Evaluation, 'state' | 'record'>): boolean =>
  record !== null && (state === 'cancelled' || state === 'failed');

/** It came to its end, and what it was asked is known. */
export const canRunAgain = ({ state, record }: Pick<Evaluation, 'state' | 'record'>): boolean =>
  record !== null && state === 'completed';
