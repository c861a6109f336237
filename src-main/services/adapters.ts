/** The ledger of trained adapters. */

import type { Adapter } from '../contract/entities.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { Context, Handlers } from './context.ts';

export function createAdapters({ store }: Context): Pick<Handlers, 'adapters.list'> {
  return { 'adapters.list': async () => store.adapters.list().map(toAdapter) };
}

/** Without what only the store needs. */
function toAdapter({ folder: _, ...adapter }: StoredAdapter): Adapter {
  return adapter;
}
