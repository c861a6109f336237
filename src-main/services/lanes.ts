/** Which long work shares what. */

import { Lane } from './long-work.ts';

export interface Lanes {
  /** Training, evaluating, measuring precisions: they share one process and the machine's memory. */
  readonly models: Lane;
  /** Import, export and proof: they share the files of adapters. */
  readonly adapters: Lane;
}

export function createLanes(clock: () => Date): Lanes {
  return { models: new Lane(clock), adapters: new Lane(clock) };
}
