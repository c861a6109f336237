/** What every path of the endpoint takes of a request. */

/** Larger than any context in use; what is longer is refused before it is read. */
export const largestBodyBytes = 4 * 2 ** 20;

/** What `Authorization: Bearer TOKEN` carries; null: nothing. */
export const tokenOf = (authorization: string | undefined): string | null =>
  /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? null;
