/** What the history of releases says about the present. */

import type { Release } from '../contract/entities.ts';

/** The release whose adapter answers now, or null while the base answers alone. */
export function servingRelease(current: Release | null): (Release & { readonly adapterId: string }) | null {
  return current?.kind === 'apply' && current.adapterId !== null ? { ...current, adapterId: current.adapterId } : null;
}
