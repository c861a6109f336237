/** What every request to the loopback server must satisfy before anything else looks at it. */

import type { Context, MiddlewareHandler } from 'hono';
import { firstProject } from '../../contract/caller.ts';
import type { ErrorCode } from '../../contract/errors.ts';
import { pageHeaders } from '../content-security-policy.ts';

/** Hosts under which a browser on this machine reaches us; anything else is a foreign name that was pointed here. */
function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** Which project a request is about. Whether there is such a one, the app says. */
export const projectOf = (context: Context): string => context.req.query('project') ?? firstProject;

/** Answers with a `Reply` that carries an error code, so that the window can say it in its own language. */
export function refuse(context: Context, status: 400 | 401 | 403 | 404 | 413, code: ErrorCode, values = {}): Response {
  return context.json({ ok: false, error: { code, values } }, status);
}

/** Against DNS rebinding: a page from elsewhere whose name suddenly points to 127.0.0.1 still sends its own name. */
export function ownHostOnly(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header('host');
    if (host === undefined || !ownHosts(port()).includes(host)) return refuse(context, 403, 'request-foreign');
    return next();
  };
}

/**
 * Against pages of other programs on this machine, for which the cookie is same-site (ports do not count).
 * Browsers send `Origin` with every POST. https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function ownPageOnly(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header('origin');
    const fetchSite = context.req.header('sec-fetch-site');
    const own = ownHosts(port()).map((host) => `http://${host}`);
    const foreignOrigin = origin === undefined ? context.req.method !== 'GET' : !own.includes(origin);
    const foreignSite = fetchSite !== undefined && fetchSite !== 'same-origin';
    if (foreignOrigin || foreignSite) return refuse(context, 403, 'request-foreign');
    return next();
  };
}

export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const { headers } = context.res;
  for (const [name, value] of Object.entries(pageHeaders)) headers.set(name, value);
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
};
