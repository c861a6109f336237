/** Which revert says something about an adapter. */

import type { Release } from '../contract/entities.ts';

type Revert = Pick<Release, 'routeId' | 'kind' | 'adapterId' | 'baseIdentical'>;

/**
 * The newest revert to the base that took this adapter off and whose base was compared; null: there was none. What a
 * revert takes off is what was released on its route since the revert before, which may itself have brought one back.
 * @param releases of all routes, newest first
 */
export function revertOf<Each extends Revert>(releases: readonly Each[], adapterId: string): Each | null {
  const takesItOff = (revert: Each, at: number): boolean => {
    if (revert.kind !== 'revert' || revert.adapterId !== null || revert.baseIdentical === null) return false;
    const older = releases.slice(at + 1).filter(({ routeId }) => routeId === revert.routeId);
    const before = older.findIndex(({ kind }) => kind === 'revert');
    return older.slice(0, before < 0 ? undefined : before + 1).some((release) => release.adapterId === adapterId);
  };
  return releases.find(takesItOff) ?? null;
}
