/** The endpoint for programs and stations: on or off, where it listens, who may ask, and what it keeps in memory. */

import { isDeepStrictEqual } from 'node:util';
import { createHash, randomBytes } from 'node:crypto';
import type { servingRequests } from '../contract/areas/serving.ts';
import type {
  ErrorReport,
  KeptMemory,
  ServingCertificate,
  ServingClient,
  ServingSettings,
  ServingState,
} from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { changesBetween } from '../domain/changes.ts';
import { openForAnswers } from '../serving/answering.ts';
import {
  certificateWarnings,
  describeCertificate,
  makeCertificate,
  networkAddresses,
  requireUsable,
} from '../serving/certificates.ts';
import { createEndpoint } from '../serving/endpoint.ts';
import { listen, type OpenEndpoint } from '../serving/listen.ts';
import { Queue } from '../serving/queue.ts';
import { type Context, requireFound } from './context.ts';
import { toErrorReport } from './error-report.ts';
import type { Ask } from './ask.ts';
import type { ProgramAnswers } from './program-answers.ts';
import type { Standing } from './standing.ts';
import { createStationDesk } from './station-desk.ts';

export interface Serving {
  readonly handlers: HandlersOf<typeof servingRequests>;
  /** Listens where it is switched on, and goes on trying where that fails. Never fails. */
  open(): Promise<void>;
  isOn(): boolean;
  /** null: nobody ever chose one. */
  port(): number | null;
  close(): Promise<void>;
}

const settingName = 'serving';
const thisMachine = '127.0.0.1';
const firstPort = 8484;
const topics = ['serving'] as const;

/** A network may come up after this program, and a port be given back. */
const retryMilliseconds = 15_000;
/** The last use of a token is written down so often at most. */
const useMilliseconds = 60_000;

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

interface ServingServices {
  readonly programs: ProgramAnswers;
  readonly ask: Ask;
  readonly standing: Standing;
}

export function createServing(context: Context, { programs, ask, standing }: ServingServices): Serving {
  const { store, engine, clock } = context;
  const queue = new Queue();
  const desk = createStationDesk(context, { ask, queue, standing });
  let opened: OpenEndpoint | null = null;
  let problem: ErrorReport | null = null;
  let kept: KeptMemory | null = null;
  let warm = false;
  /** Whether the host lets this listen: a command that only looks at the data does not. */
  let hosted = false;
  let retry: NodeJS.Timeout | undefined;
  /** One change after the other. */
  let changing: Promise<unknown> = Promise.resolve();

  const chosen = () => JSON.parse(store.settings.get(settingName) ?? '{}') as Partial<ServingSettings>;

  const settings = (): ServingSettings => {
    const { on = false, address = thisMachine, port = portOfItsOwn() } = chosen();
    return { on, address, port };
  };

  /** Each department answers at a port of its own, so that two may call their routes alike. */
  function portOfItsOwn(): number {
    const taken = context.portsBeside();
    let port = firstPort;
    while (taken.includes(port)) port++;
    return port;
  }

  function admit(token: string): ServingClient | null {
    const client = store.clients.byTokenHash(hashOf(token));
    if (!client) return null;
    const lastUse = client.lastUsedAt === null ? 0 : Date.parse(client.lastUsedAt);
    if (clock().getTime() - lastUse >= useMilliseconds) {
      store.clients.used(client.id, context.now());
      context.publish({ kind: 'changed', topics });
    }
    return client;
  }

  const endpoint = createEndpoint({
    models: {
      list: () => programs.list(),
      find: (name, { id }) => {
        const client = store.clients.get(id);
        return client && programs.replyOf(name, client);
      },
    },
    admit,
    station: context.stationPage && {
      page: context.stationPage,
      reply: async ({ id }, name, input, hear) => {
        const client = store.clients.get(id);
        // Revoked between its token and its question.
        if (!client) return { ok: false, error: { code: 'station-unknown', values: {} } };
        return desk.reply(client, name, input, hear);
      },
    },
    ready: () => warm,
    queue,
    failed: context.failed,
    answered: (answered) => {
      warm = true;
      kept = answered.kept;
    },
  });

  function state(): ServingState {
    const { outstanding, most } = queue.state;
    const url = opened && reachable(opened.url);
    const { certificate, damage } = certificateFor(url);
    return {
      settings: settings(),
      url,
      problem: problem ?? damage,
      certificate,
      addresses: networkAddresses(),
      outstanding,
      mostOutstanding: most,
      kept,
    };
  }

  /** One that cannot be read is said, and replaced by whoever makes or gives another. */
  function certificateFor(url: string | null): {
    readonly certificate: ServingCertificate | null;
    readonly damage: ErrorReport | null;
  } {
    try {
      const present = store.certificate.get();
      if (!present) return { certificate: null, damage: null };
      const { source, certificate: pem } = present;
      const warnings = certificateWarnings(pem, url, clock());
      return { certificate: { source, pem, ...describeCertificate(pem), warnings }, damage: null };
    } catch (error) {
      return { certificate: null, damage: toErrorReport(error).report };
    }
  }

  /** @throws OfficeError port-taken, address-unusable */
  async function listenAt({ address, port }: ServingSettings): Promise<OpenEndpoint> {
    try {
      return await listen(endpoint, { address, port, ...(address === thisMachine ? {} : { tls: await tls() }) });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (error instanceof OfficeError) throw error;
      if (code === 'EADDRINUSE') throw new OfficeError('port-taken', { port });
      throw new OfficeError('address-unusable', { address, port, reason: code ?? message });
    }
  }

  async function tls() {
    const present = store.certificate.get();
    if (present) return present;
    const made = { source: 'own' as const, ...(await makeCertificate(clock())) };
    keepCertificate(made);
    return made;
  }

  function keepCertificate(made: Parameters<typeof store.certificate.keep>[0]): void {
    const { fingerprint } = describeCertificate(made.certificate);
    const values = { source: made.source, fingerprint };
    context.change(topics, { kind: 'serving.certificate', subject: fingerprint, values }, () =>
      store.certificate.keep(made),
    );
  }

  /** Whoever asks first need not wait until the model is open. */
  async function warmUp(): Promise<void> {
    try {
      await openForAnswers(engine, await programs.choice());
      warm = true;
    } catch {
      // Nothing is set up yet, or its disk is away: whoever asks is told.
    }
  }

  async function stop(): Promise<void> {
    clearTimeout(retry);
    const closing = opened;
    opened = null;
    await closing?.close();
  }

  async function openNow(): Promise<void> {
    const wanted = settings();
    if (!hosted || !wanted.on || opened) return;
    try {
      opened = await listenAt(wanted);
      problem = null;
      void warmUp();
    } catch (error) {
      problem = toErrorReport(error).report;
      context.failed(error, 'listening');
      retry = setTimeout(() => void inTurn(openNow), retryMilliseconds);
      retry.unref();
    }
    context.publish({ kind: 'changed', topics });
  }

  async function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = changing.then(work);
    changing = mine.catch(() => {});
    return mine;
  }

  async function change(wanted: ServingSettings): Promise<ServingState> {
    const before = settings();
    if (isDeepStrictEqual(before, wanted) && problem === null) return state();
    await stop();
    problem = null;
    try {
      // Tried before it is kept, so that what does not work is never what is set.
      if (wanted.on && hosted) opened = await listenAt(wanted);
    } catch (error) {
      await openNow();
      throw error;
    }
    const changes = changesBetween(before, wanted);
    context.change(topics, { kind: 'serving.changed', subject: `${wanted.address}:${wanted.port}`, changes }, () =>
      store.settings.set(settingName, JSON.stringify(wanted)),
    );
    if (opened) void warmUp();
    return state();
  }

  async function replaceCertificate(made: Parameters<typeof store.certificate.keep>[0]): Promise<ServingState> {
    requireUsable(made, clock());
    keepCertificate(made);
    if (settings().address !== thisMachine) {
      await stop();
      await openNow();
    }
    return state();
  }

  function add({ name, kind, stationId }: ValidInput<'clients.add'>) {
    if (store.clients.list().some((each) => each.name === name)) throw new OfficeError('name-taken', { name });
    if (stationId !== null) requireFound(store.stations.get(stationId), 'station', stationId);
    const token = randomBytes(32).toString('base64url');
    const signed = { createdBy: context.currentOperator(), createdAt: context.now(), lastUsedAt: null };
    const client: ServingClient = { id: context.ids(), name, kind, stationId, ...signed };
    return context.change(topics, { kind: 'client.added', subject: name, values: { kind } }, () => {
      store.clients.add(client, hashOf(token));
      return { client, token };
    });
  }

  function revoke({ clientId }: ValidInput<'clients.revoke'>): null {
    const { name } = requireFound(store.clients.get(clientId), 'client', clientId);
    return context.change(topics, { kind: 'client.revoked', subject: name }, () => {
      store.clients.revoke(clientId, context.now());
      return null;
    });
  }

  return {
    handlers: {
      'serving.state': async () => state(),
      'serving.change': (input) => inTurn(() => change(input)),
      'serving.makeCertificate': () =>
        inTurn(async () => replaceCertificate({ source: 'own', ...(await makeCertificate(clock())) })),
      'serving.giveCertificate': (given) => inTurn(() => replaceCertificate({ source: 'given', ...given })),
      'clients.list': async () => store.clients.list(),
      'clients.add': async (input) => add(input),
      'clients.revoke': async (input) => revoke(input),
    },
    open: () => {
      hosted = true;
      return inTurn(openNow);
    },
    isOn: () => hosted && settings().on,
    port: () => chosen().port ?? null,
    close: () => {
      hosted = false;
      return inTurn(stop);
    },
  };
}

/** What listens at all addresses is reached at one of them. */
function reachable(url: string): string {
  const [first = thisMachine] = networkAddresses().toSorted(
    (a, b) => Number(a.includes(':')) - Number(b.includes(':')),
  );
  return url.replace(/(?<=\/\/)(0\.0\.0\.0|\[::\])(?=:)/, first.includes(':') ? `[${first}]` : first);
}
