/** What the history of releases says about the present. */

import type { Release } from '../contract/entities.ts';

/** The release whose adapter answers now, or null while the base answers alone. */
export function servingRelease(current: Release | null): (Release & { readonly adapterId: string }) | null {
  return current?.kind === 'apply' && current.adapterId !== null ? { ...current, adapterId: current.adapterId } : null;
}

/** The version stamp on an answer, e.g. `press-shop 3 · release 5`. */
export function versionStamp(who: string, current: Release | null): string {
  return current ? `${who} · release ${current.number}` : who;
}
