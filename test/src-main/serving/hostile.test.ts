/** Malformed, oversized, slow and unauthenticated requests, again and again: refused as the API refuses them, with memory flat. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { largestBodyBytes } from '../../../src-main/serving/limits.ts';
import { goldenPath } from '../../native-models/goldens.ts';
import { commandLine } from '../hosts/cli/usumaku.ts';

let child: ChildProcess;
let url: URL;
let token: string;
beforeAll(async () => {
  const options = ['api', '--model', goldenPath('llama'), '--name', 'plant', '--device', 'cpu', '--json'];
  // Young garbage may fill tens of megabytes before it is collected, and would look like what is held.
  child = spawn(process.execPath, ['--max-semi-space-size=1', commandLine, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const opened = JSON.parse(line) as { url: string; token: string };
  url = new URL(opened.url);
  ({ token } = opened);
});
afterAll(() => void child.kill('SIGKILL'));

/** Megabytes that the process holds; null where the system does not say. */
function residentMegabytes(): number | null {
  if (process.platform !== 'linux') return null;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024;
}

const post = async (body: string | Uint8Array<ArrayBuffer>, bearer = token, path = '/v1/chat/completions') => {
  const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
  const response = await fetch(new URL(path, url), { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
};

const times = <Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

const asked = (fields: object) =>
  JSON.stringify({ model: 'plant', messages: [{ role: 'user', content: '?' }], max_tokens: 2, ...fields });
const malformed = [
  '',
  '{',
  '[]',
  'null',
  '"text"',
  '{"model":"plant"}',
  asked({ messages: [] }),
  asked({ messages: [{ role: 'robot', content: '?' }] }),
  asked({ max_tokens: -1 }),
  asked({ max_tokens: 1e300 }),
  asked({ n: 1e9 }),
  asked({ temperature: 'hot' }),
  asked({ stop: ['a', 'b', 'c', 'd', 'e'] }),
  asked({ unheard_of: true }),
  asked({ tools: [{ type: 'function' }] }),
  `{"messages":${'['.repeat(100_000)}`,
  Uint8Array.from([0xff, 0xfe, 0x00, 0x7b]),
];

/** Says a part of a request and then nothing. */
async function slow(part: string): Promise<Socket> {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(part);
  return socket;
}

async function round(): Promise<void> {
  const refused = await times(10 * malformed.length, (index) => post(malformed[index % malformed.length]!));
  expect([...new Set(refused)]).toEqual([400]);
  expect(new Set(await times(100, (index) => post(asked({}), `wrong ${index}`)))).toEqual(new Set([401]));
  expect(await post(asked({ model: 'x'.repeat(10_000) }))).toBe(404);
  expect(new Set(await times(100, (index) => post('{}', token, `/v1/${index}`)))).toEqual(new Set([404]));
  const large = new Uint8Array(largestBodyBytes + 1).fill(0x20);
  expect(await times(4, () => post(large))).toEqual([413, 413, 413, 413]);
  const head = `POST /v1/completions HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${token}\r\n`;
  const sockets = await times(60, (index) => slow(index % 2 ? head : `${head}Content-Length: 100000\r\n\r\n{"model":`));
  // Those who wait for nothing do not keep anybody from an answer.
  expect(await post(asked({}))).toBe(200);
  for (const socket of sockets) socket.destroy();
  const client = new OpenAI({ baseURL: url.href, apiKey: token, maxRetries: 0 });
  await times(10, async () => {
    const leaving = new AbortController();
    const request = JSON.parse(
      asked({ max_tokens: 200, stream: true, ignore_eos: true }),
    ) as OpenAI.ChatCompletionCreateParamsStreaming;
    for await (const _ of await client.chat.completions.create(request, { signal: leaving.signal })) leaving.abort();
  });
}

/** Held after the best of so many rounds; 0 where the system does not say. */
async function leastMegabytes(rounds: number): Promise<number> {
  const held: number[] = [];
  for (let each = 0; each < rounds; each++) {
    await round();
    held.push(residentMegabytes() ?? 0);
  }
  return Math.min(...held);
}

test('are refused one like the other, and leave nothing behind', async () => {
  for (let each = 0; each < 3; each++) await round();
  // The least of several rounds is what is held; the rest is garbage that waits for its collection.
  const [before, after] = [await leastMegabytes(4), await leastMegabytes(4)];
  // Four rounds carry 64 MB of bodies and 40 long answers.
  console.info(`held: ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB`);
  expect(after - before).toBeLessThan(40);
  const metrics = async () => {
    const response = await fetch(new URL('/metrics', url), { headers: { authorization: `Bearer ${token}` } });
    return response.text();
  };
  await expect.poll(metrics).toMatch(/^usumaku_outstanding_answers 0$/m);
  // What strangers try fills no list of whoever counts.
  expect((await metrics()).match(/usumaku_requests_total\{/g)!.length).toBeLessThan(20);
  expect(child.exitCode).toBeNull();
});
