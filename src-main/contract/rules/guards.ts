/** The guards by name, and what a person may declare of the guards; shares from 0 to 1. Beyond these a guard would say nothing, or always the same. */

import type { HardStop, WatchedGuard } from '../entities/rollout.ts';

/** In the order in which they are shown. */
export const watchedGuardNames = [
  ...(['bad', 'empty', 'loop', 'unended', 'refusal', 'latency', 'length', 'divergence'] as const),
] as const satisfies readonly WatchedGuard[];
export const hardStops = ['forbidden', 'leak', 'crash', 'dangerous'] as const satisfies readonly HardStop[];

interface Bounds {
  readonly least: number;
  readonly most: number;
}

export const guardBounds = {
  alpha: { least: 0.0001, most: 0.2 },
  beta: { least: 0.001, most: 0.5 },
  tolerated: { least: 0.001, most: 0.9 },
  unacceptable: { least: 0.002, most: 0.99 },
  slowSeconds: { least: 1, most: 600 },
  longestAnswer: { least: 20, most: 20_000 },
} as const satisfies Readonly<Record<string, Bounds>>;
