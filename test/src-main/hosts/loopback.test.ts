/** The loopback server over a real socket: who is let in, who is not, and what windows hear. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { firstProject } from '../../../src-main/contract/caller.ts';
import type { AppEvent, AppListener } from '../../../src-main/contract/events.ts';
import {
  askRunningHost,
  leaveDoorFile,
  removeDoorFile,
  urlOfRunningHost,
  proofOf,
} from '../../../src-main/hosts/node/door-file.ts';
import { openDoor } from '../../../src-main/hosts/node/door.ts';
import { type LoopbackServer, openLoopback } from '../../../src-main/hosts/node/server.ts';

let folder: string;
let server: LoopbackServer;
const asked: { name: string; input: unknown; project: string }[] = [];
const listeners = new Set<AppListener>();

/** The server does not care what answers; the real app behind it has tests of its own. */
const app = {
  dispatch: async (name: string, input: unknown, { project }: { project: string }) => {
    asked.push({ name, input, project });
    return { ok: true as const, value: null };
  },
  subscribe: (listener: AppListener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), '薄膜 loopback '));
  mkdirSync(join(folder, 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'renderer', 'index.html'), '<title>shop window</title>');
  writeFileSync(join(folder, 'renderer', 'assets', 'main-1.js'), 'export {};');
  asked.length = 0;
  server = await openLoopback({ app, rendererDirectory: join(folder, 'renderer') });
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const base = () => `http://127.0.0.1:${server.port}`;

async function enter(url = server.newUrl()): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(303);
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

const post = (cookie: string, headers: Record<string, string> = {}, body = '{}') =>
  fetch(`${base()}/api/app.status`, {
    method: 'POST',
    headers: { cookie, origin: base(), 'content-type': 'application/json', ...headers },
    body,
  });

/** Sends the path and headers exactly as given; `fetch` would tidy them. */
function raw(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: server.port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject).end();
  });
}

test('the token in the address becomes a cookie that scripts cannot read', async () => {
  const response = await fetch(server.newUrl(), { redirect: 'manual' });
  expect(response.headers.get('location')).toBe('/');
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toContain('HttpOnly');
  expect(cookie).toContain('SameSite=Strict');
  expect(cookie).toContain(`usumaku_${server.port}=`);
  const page = await fetch(base(), { headers: { cookie: cookie.split(';')[0] ?? '' } });
  expect(await page.text()).toContain('shop window');
});

test('a token works once, yet its address still opens the app for the browser that used it', async () => {
  const url = server.newUrl();
  const cookie = await enter(url);
  const stranger = await fetch(url, { redirect: 'manual' });
  expect(stranger.status).toBe(401);
  expect(stranger.headers.get('set-cookie')).toBeNull();
  expect((await fetch(url, { redirect: 'manual', headers: { cookie } })).status).toBe(303);
});

test('without a session nothing is served but the way in, in both languages', async () => {
  const page = await fetch(base());
  expect(page.status).toBe(401);
  const shown = await page.text();
  expect(shown).toContain('npm start');
  expect(shown).toContain('もう一度');
  for (const path of ['/assets/main-1.js', '/api/events']) expect((await fetch(base() + path)).status).toBe(401);
  for (const cookie of ['', `usumaku_${server.port}=wrong`]) {
    const reply = await post(cookie);
    expect(reply.status).toBe(401);
    expect(await reply.json()).toMatchObject({ ok: false, error: { code: 'session-missing' } });
  }
  expect(asked).toEqual([]);
});

test('a request carries its name and input to the app and the reply back', async () => {
  const reply = await post(await enter(), {}, '{"limit":1,"名前":"田中"}');
  expect(await reply.json()).toEqual({ ok: true, value: null });
  expect(asked).toEqual([{ name: 'app.status', input: { limit: 1, 名前: '田中' }, project: firstProject }]);
});

test('a foreign host name is refused (DNS rebinding)', async () => {
  const cookie = await enter();
  for (const host of ['evil.example', `evil.example:${server.port}`, '127.0.0.1', `127.0.0.1:${server.port + 1}`]) {
    expect((await raw('/', { host, cookie })).status, host).toBeGreaterThanOrEqual(400);
  }
  expect((await raw('/', { host: `localhost:${server.port}`, cookie })).status).toBe(200);
});

test('a request that names no host is refused', async () => {
  const socket = connect(server.port, '127.0.0.1');
  socket.end('GET / HTTP/1.0\r\n\r\n');
  expect((await text(socket)).split('\r\n')[0]).toContain('400');
});

test('a foreign or missing origin is refused on POST', async () => {
  const cookie = await enter();
  for (const origin of [
    'http://evil.example',
    'null',
    `http://127.0.0.1:${server.port + 1}`,
    `https://127.0.0.1:${server.port}`,
  ]) {
    const reply = await post(cookie, { origin });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ error: { code: 'request-foreign' } });
  }
  const without = await fetch(`${base()}/api/app.status`, { method: 'POST', headers: { cookie }, body: '{}' });
  expect(without.status).toBe(403);
  expect(asked).toEqual([]);
});

test('a page of another program on this machine cannot listen to events', async () => {
  const cookie = await enter();
  const answer = await raw('/api/events', { host: `127.0.0.1:${server.port}`, cookie, 'sec-fetch-site': 'same-site' });
  expect(answer.status).toBe(403);
});

test('no other origin is ever allowed to read', async () => {
  const cookie = await enter();
  for (const response of [await fetch(base(), { headers: { cookie } }), await post(cookie)]) {
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe-eval');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
  }
});

test('paths cannot lead out of the shop window', async () => {
  const cookie = await enter();
  const host = `127.0.0.1:${server.port}`;
  const dots = fc.constantFrom('..', '%2e%2e', '.%2e', '%252e%252e', '..%00', '....');
  const slash = fc.constantFrom('/', '%2f', '\\', '%5c', '//');
  const path = fc
    .array(fc.tuple(slash, dots), { minLength: 1, maxLength: 4 })
    .map((parts) => `/assets${parts.flat().join('')}/secret.txt`);
  await fc.assert(
    fc.asyncProperty(path, async (address) => {
      const answer = await raw(address, { host, cookie });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toContain('secret\n');
      expect(answer.body).not.toBe('secret');
    }),
    { numRuns: 60 },
  );
});

test('what is not JSON, too large or of no known address is refused with a code', async () => {
  const cookie = await enter();
  expect(await (await post(cookie, {}, '{')).json()).toMatchObject({ error: { code: 'request-invalid' } });
  const large = await post(cookie, {}, `"${'x'.repeat(101 * 1024 * 1024)}"`);
  expect(large.status).toBe(413);
  expect(await large.json()).toMatchObject({ error: { code: 'request-too-large', values: { megabytes: 100 } } });
  expect((await fetch(`${base()}/api/a/b`, { headers: { cookie } })).status).toBe(404);
  expect(asked).toEqual([]);
});

describe('a body of unknown length', () => {
  const chunked = async (pieces: readonly Uint8Array[]): Promise<Response> => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
    const headers = { cookie: await enter(), origin: base(), 'content-type': 'application/json' };
    return fetch(`${base()}/api/examples.save`, { method: 'POST', headers, body, duplex: 'half' });
  };
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('is read to its end, also where a character is cut', async () => {
    const whole = bytes('{"question":"締付トルク"}');
    const response = await chunked([whole.subarray(0, 15), whole.subarray(15)]);
    expect(response.status).toBe(200);
    expect(asked).toEqual([expect.objectContaining({ input: { question: '締付トルク' } })]);
  });

  test('is refused where it is no JSON, no UTF-8, or too large', async () => {
    expect((await chunked([bytes('{')])).status).toBe(400);
    expect((await chunked([Uint8Array.of(0x22, 0x92, 0xf7, 0x22)])).status).toBe(400);
    const megabyte = bytes(' '.repeat(2 ** 20));
    const large = await chunked([...Array<Uint8Array>(101).fill(megabyte), bytes('{}')]);
    expect(large.status).toBe(413);
    expect(asked).toEqual([]);
  });
});

test('a window names its project with each request, and hears what concerns it alone', async () => {
  const cookie = await enter();
  const headers = { cookie, origin: base() };
  await fetch(`${base()}/api/app.status?project=press-shop`, { method: 'POST', headers, body: '{}' });
  expect(asked).toEqual([{ name: 'app.status', input: {}, project: 'press-shop' }]);
  const leaving = new AbortController();
  const address = `${base()}/api/events?project=press-shop`;
  const response = await fetch(address, { headers, signal: leaving.signal });
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  const [tell] = [...listeners];
  tell!({ kind: 'changed', topics: ['runs'] }, firstProject);
  tell!({ kind: 'changed', topics: ['log'] }, 'press-shop');
  tell!({ kind: 'changed', topics: ['projects'] }, null);
  let heard = '';
  while (!heard.includes('projects')) heard += (await reader.read()).value ?? '';
  expect(heard.match(/"topics":\["\w+"\]/g)).toEqual(['"topics":["log"]', '"topics":["projects"]']);
  leaving.abort();
});

test('every window hears every event, and a closed window is forgotten', async () => {
  const cookie = await enter();
  const windows = await Promise.all(
    [0, 1].map(async () => {
      const leaving = new AbortController();
      const response = await fetch(`${base()}/api/events`, { headers: { cookie }, signal: leaving.signal });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
      await reader.read();
      return { leaving, reader };
    }),
  );
  expect(listeners.size).toBe(2);
  const event: AppEvent = { kind: 'changed', topics: ['runs'] };
  for (const listener of listeners) listener(event, null);
  for (const { reader } of windows) expect((await reader.read()).value).toBe(`data: ${JSON.stringify(event)}\n\n`);
  windows[0]?.reader.cancel().catch(() => {});
  windows[0]?.leaving.abort();
  await expect.poll(() => listeners.size).toBe(1);
  await server.close();
  await expect.poll(() => listeners.size).toBe(0);
  server = await openLoopback({ app, rendererDirectory: join(folder, 'renderer') });
});

test('a second start gets an address of its own from the host that runs', async () => {
  expect(await urlOfRunningHost(folder)).toBeNull();
  leaveDoorFile(folder, server);
  if (process.platform !== 'win32') expect(statSync(join(folder, 'loopback.json')).mode & 0o777).toBe(0o600);
  const url = await urlOfRunningHost(folder);
  expect(await enter(url ?? '')).toContain('usumaku_');
  expect((await fetch(`${base()}/door`, { method: 'POST', headers: { authorization: 'Bearer x' } })).status).toBe(401);
  removeDoorFile(folder);
  expect(await urlOfRunningHost(folder)).toBeNull();
});

test('only this machine is listened to', async () => {
  expect(server.newUrl()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
});

describe('the door for programs of the same user', () => {
  const knock = (key: string, body = '{}') =>
    fetch(`${base()}/door/releases.revert`, { method: 'POST', headers: { authorization: key }, body });

  test('makes a request for whoever can read its key, without a session', async () => {
    leaveDoorFile(folder, server);
    expect(await askRunningHost(folder, 'releases.revert', {})).toEqual({ ok: true, value: null });
    expect(asked).toEqual([{ name: 'releases.revert', input: {}, project: firstProject }]);
    await askRunningHost(folder, 'releases.revert', {}, '部署 & 1');
    expect(asked.at(-1)).toMatchObject({ project: '部署 & 1' });
    expect((await fetch(base())).status).toBe(401);
  });

  test('refuses a wrong key, what is no JSON, and what is long', async () => {
    for (const key of ['', 'Bearer ', `Bearer ${server.doorKey}x`]) expect((await knock(key)).status).toBe(401);
    expect((await knock(`Bearer ${server.doorKey}`, '{')).status).toBe(400);
    expect((await knock(`Bearer ${server.doorKey}`, `"${'x'.repeat(70_000)}"`)).status).toBe(413);
    expect(asked).toEqual([]);
  });

  test('its key is never sent to another program on that port, and nothing of it is believed', async () => {
    const { doorKey } = server;
    const heard: string[] = [];
    const foreign = createServer((request, response) => {
      heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ proof: 'mine', ok: true, value: 'foreign', token: 'x'.repeat(43) }));
    });
    foreign.listen(0, '127.0.0.1');
    await once(foreign, 'listening');
    try {
      leaveDoorFile(folder, { port: (foreign.address() as AddressInfo).port, doorKey });
      expect(await urlOfRunningHost(folder)).toBeNull();
      expect(await askRunningHost(folder, 'releases.revert', {})).toBeNull();
      expect(heard).toHaveLength(2);
      expect(heard.join(' ')).not.toContain(doorKey);
      expect(heard.join(' ')).not.toContain('POST');
    } finally {
      foreign.close();
    }
  });

  test('what proves the key and goes before it is asked gets no key either', async () => {
    const { doorKey } = server;
    let asked = 0;
    const heard: string[] = [];
    const leaving = createServer((request, response) => {
      heard.push(JSON.stringify(request.headers));
      const nonce = new URL(request.url ?? '', 'http://x').searchParams.get('nonce') ?? '';
      // Another connection would be another program's, for all that anybody knows.
      response.setHeader('connection', 'close');
      response.end(JSON.stringify({ proof: proofOf(doorKey, nonce), ok: true, value: (asked += 1) }));
    });
    leaving.listen(0, '127.0.0.1');
    await once(leaving, 'listening');
    try {
      leaveDoorFile(folder, { port: (leaving.address() as AddressInfo).port, doorKey });
      expect(await askRunningHost(folder, 'releases.revert', {})).toBeNull();
      expect(heard.join(' ')).not.toContain(doorKey);
    } finally {
      leaving.close();
    }
  });

  test('nobody answers without a door file, with a damaged one, or where nobody listens any more', async () => {
    expect(await askRunningHost(folder, 'releases.revert', {})).toBeNull();
    writeFileSync(join(folder, 'loopback.json'), '{');
    expect(await askRunningHost(folder, 'releases.revert', {})).toBeNull();
    const door = await openDoor(app, folder);
    expect(await askRunningHost(folder, 'releases.revert', {})).toEqual({ ok: true, value: null });
    // A host with the door alone has no page to give an address of.
    expect(await urlOfRunningHost(folder)).toBeNull();
    const left = readFileSync(join(folder, 'loopback.json'));
    await door.close();
    expect(await askRunningHost(folder, 'releases.revert', {})).toBeNull();
    writeFileSync(join(folder, 'loopback.json'), left);
    expect(await askRunningHost(folder, 'releases.revert', {})).toBeNull();
  });
});
