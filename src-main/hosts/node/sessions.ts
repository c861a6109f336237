/** Who may talk to the loopback server: a one-time token in the address becomes a cookie that this browser keeps. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Sessions {
  /** A token for one window. It is used up by the first browser that opens it. */
  newToken(): string;
  /** The value of the session cookie, or null for a token that is unknown or used. */
  redeem(token: string): string | null;
  holds(cookie: string | undefined): boolean;
}

const random = (): string => randomBytes(32).toString('base64url');

/**
 * Tokens live in memory alone: they end with the host.
 * @param session one secret for all windows: there is one person at this machine, and accounts are another matter
 */
export function createSessions(session: string = random()): Sessions {
  const tokens = new Set<string>();
  return {
    newToken() {
      const token = random();
      tokens.add(token);
      return token;
    },
    redeem: (token) => (tokens.delete(token) ? session : null),
    holds: (cookie) => cookie !== undefined && sameSecret(cookie, session),
  };
}

/** Compares in constant time, so that the time taken tells nothing about the secret. */
export function sameSecret(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
