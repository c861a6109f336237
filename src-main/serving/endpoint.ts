/** The OpenAI-compatible endpoint: models, chats and completions, whole or in pieces, and how it is doing. */

import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { addAdapterRoutes } from './adapter-routes.ts';
import type { Answered } from './answering.ts';
import { ApiError, clientGone, toApiError, unknownModel } from './api-error.ts';
import { eventStream } from './event-stream.ts';
import { jsonBody } from './json-body.ts';
import { largestBodyBytes, tokenOf } from './limits.ts';
import { createMetrics } from './metrics.ts';
import type { EndpointClient, ListedModel, ServedModels } from './models.ts';
import { Queue } from './queue.ts';
import { type Reply, replyTo } from './replies.ts';
import { stationRoutes, type StationRoutesOptions } from './station-page.ts';
import { type Asked, readChat, readCompletion } from './requests.ts';

/** Header that tells which release answered, beside `system_fingerprint`. */
export const stampHeader = 'x-usumaku-stamp';

export interface EndpointOptions {
  readonly models: ServedModels;
  /** Whose token this is; null: nobody's. */
  readonly admit: (token: string) => EndpointClient | null;
  /** Whether a first answer would come at once. */
  readonly ready: () => boolean;
  readonly queue?: Queue;
  /** The Ask page; null: there is none. */
  readonly station?: Omit<StationRoutesOptions, 'admit'> | null;
  /** Hears of each request that was answered. */
  readonly answered?: (answered: Answered) => void;
  /** For the log: what failed, never what was asked. */
  readonly failed: (error: unknown, path: string) => void;
}

/** Answers requests. */
export type Endpoint = Pick<Hono, 'fetch'>;

interface Variables {
  readonly client: EndpointClient;
}

export function createEndpoint({
  models,
  admit,
  ready,
  queue = new Queue(),
  station = null,
  answered: hear = () => {},
  failed,
}: EndpointOptions): Endpoint {
  const routes = new Hono<{ Variables: Variables }>();
  const metrics = createMetrics(() => queue.state);

  routes.use(async (context, next) => {
    await next();
    metrics.requested(known(context), context.res.status);
  });

  // These tell nothing of what is asked, and whoever watches a server often has no token.
  routes.get('/health', (context) => context.json({ status: 'ok' }));
  routes.get('/ready', (context) =>
    ready() ? context.json({ status: 'ready' }) : context.json({ status: 'opening' }, 503),
  );

  const programsOnly: MiddlewareHandler<{ Variables: Variables }> = async (context, next) => {
    const token = tokenOf(context.req.header('authorization'));
    const client = token === null ? null : admit(token);
    if (client?.kind !== 'program') {
      const message = token === null ? 'You did not provide an API key.' : 'Incorrect API key provided.';
      throw new ApiError(401, `${message} Send the token as “Authorization: Bearer TOKEN”.`, {
        code: 'invalid_api_key',
      });
    }
    context.set('client', client);
    return next();
  };
  routes.use('/v1/*', programsOnly);
  routes.use('/metrics', programsOnly);

  routes.get('/metrics', async (context) =>
    context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );
  routes.get('/v1/models', (context) => context.json({ object: 'list', data: models.list().map(modelEntry) }));
  routes.get('/v1/models/:name{.+}', (context) => {
    const name = context.req.param('name');
    const listed = models.list().find(({ id }) => id === name);
    if (!listed) throw unknownModel(name);
    return context.json(modelEntry(listed));
  });
  routes.post('/v1/chat/completions', async ({ req, var: { client } }) =>
    reply(readChat(await bodyOf(req.raw)), client, req.raw.signal),
  );
  routes.post('/v1/completions', async ({ req, var: { client } }) =>
    reply(readCompletion(await bodyOf(req.raw)), client, req.raw.signal),
  );
  if (models.adapters) addAdapterRoutes(routes, models.adapters, bodyOf);

  if (station) routes.route('/ask', stationRoutes({ ...station, admit }));

  routes.notFound((context) => {
    const message = `Unknown request URL: ${context.req.method} ${context.req.path}.`;
    return errorResponse(new ApiError(404, message, { code: 'unknown_url' }));
  });
  routes.onError((error, context) => {
    const told = toApiError(error, 'body');
    if (told.status === 500) failed(error, context.req.path);
    return errorResponse(told);
  });
  return routes;

  async function reply(asked: Asked, client: EndpointClient, gone: AbortSignal): Promise<Response> {
    const promptField = asked.kind === 'chat' ? 'messages' : 'prompt';
    const replyOf = models.find(asked.model, client);
    if (!replyOf) throw unknownModel(asked.model);
    const leave = queue.enter(asked.starts.length * asked.choices);
    const cancelling = new AbortController();
    const cancel = () => cancelling.abort();
    // Somebody who went while the body was read will not be heard going again.
    if (gone.aborted) cancel();
    gone.addEventListener('abort', cancel);
    const { signal } = cancelling;
    const told = (error: unknown) => {
      const apiError = toApiError(error, promptField);
      if (apiError.status >= 500) failed(error, asked.kind);
      return apiError;
    };
    const ended = (answered: Answered) => {
      metrics.answered({ model: asked.model, ...answered });
      hear(answered);
    };
    const finish = () => {
      leave();
      gone.removeEventListener('abort', cancel);
    };

    if (!asked.stream) {
      try {
        const answered = await replyOf(asked, { signal });
        ended(answered);
        return Response.json(replyTo(asked, answered.stamp).whole(answered), {
          headers: { [stampHeader]: answered.stamp },
        });
      } catch (error) {
        throw told(error);
      } finally {
        finish();
      }
    }

    const { body, writer } = eventStream(cancel);
    // What fails before the first piece is a status that every client understands.
    const begun = Promise.withResolvers<string>();
    let shown: Reply | undefined;
    const open = (stamp: string): Reply => {
      if (shown) return shown;
      shown = replyTo(asked, stamp);
      for (const chunk of shown.opening()) writer.write(chunk);
      begun.resolve(stamp);
      return shown;
    };
    replyOf(asked, { signal, onPiece: (piece, stamp) => writer.write(open(stamp).piece(piece)) })
      .then((answered) => {
        ended(answered);
        for (const chunk of open(answered.stamp).ending(answered)) writer.write(chunk);
        writer.write('[DONE]');
      })
      .catch((error: unknown) => {
        const apiError = told(error);
        if (shown) writer.write(apiError.body);
        else begun.reject(apiError);
      })
      .finally(() => {
        writer.end();
        finish();
      });
    const stamp = await begun.promise;
    return new Response(body, {
      headers: {
        [stampHeader]: stamp,
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  }
}

/** @throws ApiError 400 and 413 */
async function bodyOf(request: Request): Promise<unknown> {
  const body = await jsonBody(request, largestBodyBytes);
  if ('value' in body) return body.value;
  switch (body.fault) {
    case 'gone':
      throw clientGone();
    case 'too-large': {
      const megabytes = largestBodyBytes / 2 ** 20;
      throw new ApiError(413, `The body is larger than ${megabytes} MiB.`, { code: 'request_too_large' });
    }
    case 'no-json':
      throw new ApiError(400, 'The body cannot be read as JSON in UTF-8.', { code: 'invalid_json' });
  }
}

function errorResponse({ status, body, retryAfter }: ApiError): Response {
  const headers: Record<string, string> = {};
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (status === 401) headers['www-authenticate'] = 'Bearer';
  return Response.json(body, { status, headers });
}

const modelEntry = ({ id, created, parent }: ListedModel) => {
  return { id, object: 'model', created, owned_by: 'usumaku', ...(parent === null ? {} : { root: parent, parent }) };
};

/** Paths by name: what strangers try is one, or it would fill the memory of whoever counts. */
function known({ req }: Context): string {
  if (req.path.startsWith('/v1/models')) return '/v1/models';
  if (req.path.startsWith('/ask')) return '/ask';
  const paths = ['/health', '/ready', '/metrics', '/v1/chat/completions', '/v1/completions', '/v1/load_lora_adapter'];
  return [...paths, '/v1/unload_lora_adapter'].includes(req.path) ? req.path : 'other';
}
