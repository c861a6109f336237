/** What the history of releases says about the present. */

import type { Precision, Release } from '../contract/entities.ts';

/** The release whose adapter answers now, or null while the base answers alone. */
export function servingRelease(current: Release | null): (Release & { readonly adapterId: string }) | null {
  return current?.kind === 'apply' && current.adapterId !== null ? { ...current, adapterId: current.adapterId } : null;
}

/** The version stamp on an answer, e.g. `press-shop 3 · release 5`, with the precision where it is not float32's. */
export function versionStamp(who: string, current: Release | null, precision: Precision): string {
  const release = current ? ` · release ${current.number}` : '';
  return `${who}${release}${precision === 'f32' ? '' : ` · ${precision}`}`;
}
