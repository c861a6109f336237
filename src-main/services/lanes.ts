/** Which long work shares what. */

import type { WorkCode } from '../contract/work-words.ts';
import { Lane, Track } from './long-work.ts';

export interface Lanes {
  /** Training, evaluating, measuring precisions: they share one process and the machine's memory. */
  readonly models: Lane;
  /** Import, export and proof of adapters. */
  readonly adapters: Lane;
}

/** What all departments of a data folder share, made once. */
export interface Tracks {
  readonly models: Track;
  readonly adapters: Track;
}

/** @param onChange hears whenever work begins or ends */
export const createTracks = (onChange?: () => void): Tracks => ({
  models: new Track(onChange),
  adapters: new Track(onChange),
});

/** One department's lanes. @param department its name, for whoever has to wait for it */
export function createLanes(clock: () => Date, tracks: Tracks, department: () => string): Lanes {
  return {
    models: new Lane(clock, tracks.models, department),
    adapters: new Lane(clock, tracks.adapters, department),
  };
}

/** What one department is at. */
export const workIn = ({ models, adapters }: Lanes): WorkCode | null => models.work ?? adapters.work;
