/** Questions that are being answered, by route, so that a revert can have them asked anew of what answers then. */

import type { Route } from '../contract/entities.ts';

export interface InFlight {
  /**
   * @param work is told by its signal that it was cancelled
   * @returns what `work` gives, or null once the route's questions were cancelled: what comes later is read by nobody
   */
  while<Result>(route: Pick<Route, 'id'>, work: (cancelled: AbortSignal) => Promise<Result>): Promise<Result | null>;
  /** @returns how many were under way */
  cancel(route: Pick<Route, 'id'>): number;
}

export function createInFlight(): InFlight {
  const underWay = new Map<string, Set<() => void>>();
  return {
    async while({ id }, work) {
      const own = underWay.get(id) ?? new Set();
      underWay.set(id, own);
      const cancelled = Promise.withResolvers<null>();
      const stopping = new AbortController();
      const cancel = () => {
        cancelled.resolve(null);
        stopping.abort();
      };
      own.add(cancel);
      const given = work(stopping.signal);
      // Nobody waits for what fails after it was cancelled.
      given.catch(() => {});
      try {
        return await Promise.race([given, cancelled.promise]);
      } finally {
        own.delete(cancel);
      }
    },
    cancel({ id }) {
      const own = [...(underWay.get(id) ?? [])];
      for (const cancel of own) cancel();
      return own.length;
    },
  };
}
