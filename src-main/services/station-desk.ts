/**
 * What a station may ask for, and nothing else: it asks, grades what it asked, and reads what was asked there. A station
 * whose network went away asks again under the same name, and is told what was answered meanwhile.
 */

import { atEndpoint, firstProject } from '../contract/caller.ts';
import type { ErrorReport, ServingClient } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { AppEvent } from '../contract/events.ts';
import type { Reply, RequestName, RequestOutput, ValidInput } from '../contract/requests.ts';
import type { ApiError } from '../serving/api-error.ts';
import type { Queue } from '../serving/queue.ts';
import type { Ask } from './ask.ts';
import { onBehalfOf } from './caller-of-now.ts';
import { type Context, requireFound } from './context.ts';
import { validate } from './dispatch.ts';
import { toErrorReport } from './error-report.ts';
import { emergencyLineOf } from './routes.ts';
import type { Standing } from './standing.ts';

export type Answering = Extract<AppEvent, { kind: 'answering' }>;

export interface StationDesk {
  /** Never rejects. @param hear what is said of an answer that is coming, from its beginning */
  reply(
    client: ServingClient,
    name: string,
    input: unknown,
    hear: (event: Answering) => void,
  ): Promise<Reply<RequestName>>;
}

/** An answer that is coming, or was given a short time ago. */
interface Asked {
  readonly reply: Promise<Reply<'ask.ask'>>;
  readonly stopping: AbortController;
  readonly listeners: Set<(event: Answering) => void>;
  heard: Answering | null;
}

interface StationServices {
  readonly ask: Ask;
  readonly queue: Queue;
  readonly standing: Standing;
}

/** How long whoever comes back finds an answer, and how many are remembered at most. */
const rememberedMilliseconds = 10 * 60_000;
const mostRemembered = 256;

export function createStationDesk(context: Context, { ask, queue, standing }: StationServices): StationDesk {
  const { store } = context;
  const remembered = new Map<string, Asked>();

  const callerOf = ({ name }: ServingClient) => atEndpoint(name, context.projectId);

  const stationOf = ({ stationId }: ServingClient) =>
    requireFound(stationId === null ? null : store.stations.get(stationId), 'station', stationId ?? '');

  function enter(): () => void {
    try {
      return queue.enter(1);
    } catch (error) {
      throw new OfficeError('queue-full', { seconds: (error as ApiError).retryAfter ?? 1 });
    }
  }

  function begin(client: ServingClient, askId: string, question: string): Asked {
    const key = `${client.id} ${askId}`;
    const known = remembered.get(key);
    if (known) return known;
    const leave = enter();
    const stopping = new AbortController();
    const listeners: Asked['listeners'] = new Set();
    const reply = settled(() =>
      ask.answer({ question, route: undefined, stationId: stationOf(client).id }, stopping.signal, (said) => {
        const event: Answering = { kind: 'answering', askId, ...said };
        asked.heard = event;
        for (const listener of listeners) listener(event);
      }),
    ).finally(leave);
    const asked: Asked = { reply, stopping, listeners, heard: null };
    remembered.set(key, asked);
    if (remembered.size > mostRemembered) remembered.delete(remembered.keys().next().value!);
    void reply.then(() => setTimeout(() => remembered.delete(key), rememberedMilliseconds).unref());
    return asked;
  }

  async function answer(
    client: ServingClient,
    { askId, question }: ValidInput<'ask.ask'>,
    hear: (event: Answering) => void,
  ): Promise<Reply<'ask.ask'>> {
    const asked = begin(client, askId ?? context.ids(), question);
    if (asked.heard) hear(asked.heard);
    asked.listeners.add(hear);
    return asked.reply.finally(() => asked.listeners.delete(hear));
  }

  function requireOwn(client: ServingClient, answerId: string): void {
    const own = store.answers.get(answerId)?.stationId;
    if (own !== stationOf(client).id) throw new OfficeError('not-found', { what: 'answer', id: answerId });
  }

  /** By name; what is not here does not exist for a station. */
  const desk: {
    readonly [Name in RequestName]?: (client: ServingClient, input: ValidInput<Name>) => Promise<RequestOutput<Name>>;
  } = {
    'ask.stop': async (client, { askId }) => {
      remembered.get(`${client.id} ${askId}`)?.stopping.abort();
      return null;
    },
    'ask.grade': async (client, input) => {
      requireOwn(client, input.answerId);
      return ask.handlers['ask.grade'](input, callerOf(client));
    },
    'ask.recent': async (client, { limit }) =>
      ask.handlers['ask.recent']({ stationId: stationOf(client).id, limit }, callerOf(client)),
    'site.emergencyLine': async () => emergencyLineOf(store),
    // Its own place, and whose it is. A page that names no project means this one.
    'stations.list': async (client) => [stationOf(client)],
    'projects.list': async () => [
      { id: firstProject, name: standing.name(), site: standing.site(), state: 'open', error: null, work: null },
    ],
  };

  async function handle(
    client: ServingClient,
    name: string,
    input: unknown,
    hear: (event: Answering) => void,
  ): Promise<Reply<RequestName>> {
    const request = name as RequestName;
    if (request !== 'ask.ask' && !Object.hasOwn(desk, name)) {
      throw new OfficeError('request-unknown', { name: name.slice(0, 100) });
    }
    const valid = validate(request, input);
    if (request === 'ask.ask') return answer(client, valid as ValidInput<'ask.ask'>, hear);
    const handler = desk[request] as (client: ServingClient, input: unknown) => Promise<never>;
    return { ok: true, value: await handler(client, valid) };
  }

  function failure(error: unknown): { readonly ok: false; readonly error: ErrorReport } {
    const { report, unexpected } = toErrorReport(error);
    if (unexpected) context.failed(error, 'station');
    return { ok: false, error: report };
  }

  const settled = <Value>(work: () => Promise<Value>) =>
    work().then((value) => ({ ok: true as const, value }), failure);

  return {
    reply: (client, name, input, hear) =>
      onBehalfOf(callerOf(client), () => handle(client, name, input, hear).catch(failure)),
  };
}
