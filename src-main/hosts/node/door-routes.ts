/**
 * The door for programs of the same user: whoever can read the key in the data folder makes requests with it. A session
 * in a browser is not needed, and none is made.
 */

import type { Hono } from 'hono';
import type { App } from '../../contract/app.ts';
import { atThisPc } from '../../contract/caller.ts';
import { proofOf } from './door-file.ts';
import { projectOf, refuse } from './guards.ts';
import { bodyOf } from './body.ts';
import { sameSecret } from './sessions.ts';

/** What a terminal asks is short. */
const largestBody = 64 * 1024;

/** Adds `GET /door/proof?nonce=X` and `POST /door/REQUEST?project=ID`. The caller has seen to it that only own hosts come so far. */
export function addDoor(routes: Hono, { app, doorKey }: { app: Pick<App, 'dispatch'>; doorKey: string }): void {
  routes.get('/door/proof', (context) =>
    context.json({ proof: proofOf(doorKey, (context.req.query('nonce') ?? '').slice(0, 100)) }),
  );
  routes.post('/door/:request', async (context) => {
    const key = context.req.header('authorization') ?? '';
    if (!sameSecret(key, `Bearer ${doorKey}`)) return refuse(context, 401, 'session-missing');
    const body = await bodyOf(context, largestBody);
    if ('refused' in body) return body.refused;
    const caller = atThisPc('cli', projectOf(context));
    return context.json(await app.dispatch(context.req.param('request'), body.value, caller));
  });
}
