/** The Ask page of a station: its files for everybody, and what it asks for whoever holds a station's token. */

import { Hono } from 'hono';
import { jsonBody } from './json-body.ts';
import { largestBodyBytes, tokenOf } from './limits.ts';
import type { EndpointClient } from './models.ts';

/** One file of the page. */
export interface PageFile {
  readonly contentType: string;
  /** Its name changes with its content. */
  readonly immutable: boolean;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

export interface StationPage {
  /** By address below the page's own; `/` is the page. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** Sent with each of them. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface StationRoutesOptions {
  readonly page: StationPage;
  readonly admit: (token: string) => EndpointClient | null;
  /** Never rejects. @param hear what is said while an answer comes */
  readonly reply: (
    client: EndpointClient,
    name: string,
    input: unknown,
    hear: (event: object) => void,
  ) => Promise<object>;
}

/** To be reached below `/ask`. */
export function stationRoutes({ page, admit, reply }: StationRoutesOptions): Hono {
  const routes = new Hono();
  const refusal = (code: string, values = {}) => ({ ok: false, error: { code, values } });

  // One JSON value a line: what is said while an answer comes, then the reply.
  routes.post('/api/:name', async (context) => {
    const token = tokenOf(context.req.header('authorization'));
    const client = token === null ? null : admit(token);
    if (client?.kind !== 'station') return context.json(refusal('station-unknown'), 401);
    const body = await jsonBody(context.req.raw, largestBodyBytes);
    if (!('value' in body))
      return context.json(refusal('request-invalid', { field: 'body', fault: 'wrong-form', bound: '' }), 400);
    const encoder = new TextEncoder();
    const lines = new ReadableStream<Uint8Array>({
      start(controller) {
        let open = true;
        const write = (value: object) => {
          try {
            if (open) controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
          } catch {
            // Whoever went asks again under the same name.
            open = false;
          }
        };
        void reply(client, context.req.param('name'), body.value, write).then((value) => {
          write(value);
          if (open) controller.close();
        });
      },
    });
    return context.body(lines, 200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  });

  routes.get('*', async (context) => {
    const path = context.req.path.replace(/^\/ask/, '');
    // Relative addresses of the page begin below it. What stands behind the # goes along.
    if (path === '') return context.redirect('/ask/', 308);
    // For the tablet, which keeps them for while the network is away.
    if (path === '/files.json') return context.json([...page.files.keys()], 200, { 'cache-control': 'no-store' });
    const file = page.files.get(path);
    if (!file) return context.notFound();
    return context.body(await file.read(), 200, {
      ...page.headers,
      'content-type': file.contentType,
      'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-store',
    });
  });
  return routes;
}
