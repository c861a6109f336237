/** The addresses of the loopback server: the window's files, one POST for each request, one stream of events: of the project that `?project=ID` names. */

import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { App } from '../../contract/app.ts';
import { atThisPc } from '../../contract/caller.ts';
import { type AppEvent, concerns } from '../../contract/events.ts';
import { eventStream } from './event-stream.ts';
import { ownHostOnly, ownPageOnly, projectOf, refuse, securityHeaders } from './guards.ts';
import { closedDoorPage } from './closed-door-page.ts';
import { addDoor } from './door-routes.ts';
import { bodyOf } from './body.ts';
import { sameSecret, type Sessions } from './sessions.ts';
import type { StaticFile } from './static-files.ts';

/** Import files travel inside a request, in base64. */
export const largestBodyMegabytes = 100;

export interface RouteOptions {
  readonly app: Pick<App, 'dispatch' | 'subscribe'>;
  readonly sessions: Sessions;
  /** Lets a second start of the program on the same data ask for an address of its own, and a terminal make requests. */
  readonly doorKey: string;
  readonly files: ReadonlyMap<string, StaticFile>;
  /** Known once the server listens. */
  readonly port: () => number;
  /** Ends the event streams when the server stops. */
  readonly signal: AbortSignal;
}

export function createRoutes({ app, sessions, doorKey, files, port, signal }: RouteOptions): Hono {
  const routes = new Hono();
  // Browsers keep cookies by host, not by port: two hosts at once must not take each other's.
  const cookieName = () => `usumaku_${port()}`;

  routes.use(securityHeaders, ownHostOnly(port));

  routes.post('/door', (context) => {
    const key = context.req.header('authorization') ?? '';
    if (!sameSecret(key, `Bearer ${doorKey}`)) return refuse(context, 401, 'session-missing');
    return context.json({ token: sessions.newToken() });
  });

  addDoor(routes, { app, doorKey });

  routes.use('/api/*', ownPageOnly(port), async (context, next) => {
    if (!sessions.holds(getCookie(context, cookieName()))) return refuse(context, 401, 'session-missing');
    return next();
  });

  routes.get('/api/events', (context) => {
    const project = projectOf(context);
    const hear = (listener: (event: AppEvent) => void) =>
      app.subscribe((event, about) => {
        if (concerns(about, project)) listener(event);
      });
    return context.body(eventStream(hear, signal), 200, { 'content-type': 'text/event-stream' });
  });

  routes.post('/api/:request', async (context) => {
    const body = await bodyOf(context, largestBodyMegabytes * 2 ** 20);
    if ('refused' in body) return body.refused;
    const caller = atThisPc('browser', projectOf(context));
    return context.json(await app.dispatch(context.req.param('request'), body.value, caller));
  });

  routes.all('/api/*', (context) => refuse(context, 404, 'request-unknown', { name: context.req.path }));

  routes.get('*', async (context) => {
    const holds = sessions.holds(getCookie(context, cookieName()));
    const token = context.req.query('token');
    if (token !== undefined) {
      const session = sessions.redeem(token);
      if (session !== null) {
        setCookie(context, cookieName(), session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      }
      // A used address opens the app again in the browser that used it.
      if (session !== null || holds) return context.redirect('/', 303);
    }
    if (!holds) return context.html(closedDoorPage, 401);
    const file = files.get(context.req.path);
    if (!file) return refuse(context, 404, 'request-unknown', { name: context.req.path });
    return context.body(await file.read(), 200, {
      'content-type': file.contentType,
      'cache-control': file.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
    });
  });

  return routes;
}
