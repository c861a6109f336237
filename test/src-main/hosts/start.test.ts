/** `npm start` as a person uses it: one address, another window on the second start, a polite end. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canAskToEnd } from '../../fixtures/signals.ts';
import { fileVariable, type NotedConnection } from './noted-connections.ts';

const script = resolve(import.meta.dirname, '../../../src-main/hosts/start.js');
let folder: string;
const started: ChildProcess[] = [];
/** Variables beside this process's own. */
let surroundings: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '起動 start '));
});
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  surroundings = {};
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the app without opening a browser; `line` resolves with the first output line that fits. */
function start(...options: string[]) {
  const child = spawn(process.execPath, [script, '--no-open', '--data', join(folder, '工場 A'), ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', ...surroundings },
  });
  started.push(child);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const lines = createInterface(child.stdout);
  return {
    child,
    url: new Promise<string>((found) => {
      lines.on('line', (line) => {
        const [address] = /http:\S+/.exec(line) ?? [];
        if (address !== undefined) found(address);
      });
    }),
    ended: once(child, 'exit').then(([code]) => ({ code: code as number, errors })),
  };
}

async function enter(url: string): Promise<{ origin: string; cookie: string }> {
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(303);
  return { origin: new URL(url).origin, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

test('it opens the built app, lets a second start in as another window, and ends at Ctrl+C', async () => {
  const first = start();
  const { origin, cookie } = await enter(await first.url);
  const page = await (await fetch(origin, { headers: { cookie } })).text();
  const [, script] = /<script[^>]*src="([^"]+)"/.exec(page) ?? [];
  expect((await fetch(new URL(script ?? 'missing', origin), { headers: { cookie } })).status).toBe(200);
  const reply = await fetch(`${origin}/api/app.status`, { method: 'POST', headers: { cookie, origin }, body: '{}' });
  expect(await reply.json()).toMatchObject({
    ok: true,
    value: { host: 'browser', dataDirectory: join(folder, '工場 A') },
  });

  const second = start();
  const other = await enter(await second.url);
  expect(other.origin).toBe(origin);
  expect(await second.ended).toEqual({ code: 0, errors: '' });

  first.child.kill('SIGINT');
  expect(await first.ended).toEqual({ code: canAskToEnd ? 0 : null, errors: '' });
  await expect(fetch(origin)).rejects.toThrow();
});

test('a window that stayed open finds the app again where it was, and anywhere where somebody else is there now', async () => {
  const first = start();
  const { origin, cookie } = await enter(await first.url);
  first.child.kill('SIGINT');
  await first.ended;
  const again = start();
  expect(new URL(await again.url).origin).toBe(origin);
  const events = await fetch(`${origin}/api/events`, { headers: { cookie } });
  expect(events.status).toBe(200);
  await events.body!.cancel();
  again.child.kill('SIGINT');
  await again.ended;
  const kept = join(folder, '工場 A', 'address.json');
  if (process.platform !== 'win32') expect(statSync(kept).mode & 0o777).toBe(0o600);

  const stranger = createServer().listen(Number(new URL(origin).port), '127.0.0.1');
  try {
    await once(stranger, 'listening');
    const elsewhere = start();
    expect((await enter(await elsewhere.url)).origin).not.toBe(origin);
  } finally {
    stranger.close();
  }
});

test('a port in use is said in one sentence', async () => {
  const first = start();
  const { port } = new URL(await first.url);
  const other = start('--data', join(folder, '工場 B'), '--port', port);
  const { code, errors } = await other.ended;
  expect(code).toBe(1);
  expect(errors).toBe(`Port ${port} is used by another program. Choose another one.\n`);
});

describe('the network', () => {
  /** What every process that starts with these surroundings noted so far. */
  const noted = (): readonly NotedConnection[] =>
    readFileSync(surroundings[fileVariable]!, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as NotedConnection);
  const foreign = () => noted().flatMap(({ to }) => (to === null || to === '127.0.0.1' ? [] : [to]));

  beforeEach(() => {
    const preloaded = pathToFileURL(join(import.meta.dirname, 'noted-connections.ts')).href;
    surroundings = {
      NODE_OPTIONS: `--import=${preloaded}`,
      [fileVariable]: join(folder, 'connections.jsonl'),
    };
  });

  test('neither the host nor a model process connects to anything but this machine', async () => {
    const { child, url, ended } = start();
    const { origin, cookie } = await enter(await url);
    const ask = async (name: string, input: object) => {
      const body = JSON.stringify(input);
      const reply = await fetch(`${origin}/api/${name}`, { method: 'POST', headers: { cookie, origin }, body });
      expect(await reply.json()).toMatchObject({ ok: true });
    };
    const reached = new Set<string>();
    const pids = () => new Set(noted().map(({ pid }) => pid));
    const looking = setInterval(() => {
      for (const pid of pids()) for (const place of socketsOf(pid)) reached.add(place);
    }, 20);
    try {
      await ask('project.loadSample', { language: 'en' });
      await ask('devices.check', {});
      await ask('ask.ask', { question: 'How tight should the bolts on P-07 be?' });
    } finally {
      clearInterval(looking);
    }
    // The host, and at least the process that answers.
    expect(pids().size).toBeGreaterThan(1);
    expect(pids()).toContain(child.pid);
    child.kill('SIGINT');
    await ended;
    expect(foreign()).toEqual([]);
    if (process.platform === 'linux') expect(reached.size).toBeGreaterThan(0);
    expect([...reached].filter((place) => !isHere(place))).toEqual([]);
  });

  test('what would connect elsewhere is noted', async () => {
    const program = `
      import { createSocket } from 'node:dgram';
      await fetch('http://telemetry.invalid/').catch(() => {});
      createSocket('udp4').send('x', 9, '192.0.2.1', () => process.exit());`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      env: { ...process.env, ...surroundings },
    });
    await once(child, 'exit');
    expect(new Set(foreign())).toEqual(new Set(['telemetry.invalid', '192.0.2.1']));
  });
});

/**
 * Far ends of a process's sockets as Linux lists them, for what no JavaScript opened; elsewhere none.
 * https://man7.org/linux/man-pages/man5/proc_pid_net.5.html
 */
function socketsOf(pid: number): readonly string[] {
  try {
    const files = readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
    return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
      readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => files.includes(fields[9]!))
        .map((fields) => fields[2]!.split(':')[0]!),
    );
  } catch {
    return [];
  }
}

/** No far end, or a loopback address, in either family, as the kernel writes them. */
const isHere = (address: string): boolean =>
  /^0+$|^[0-9A-F]{6}7F$|^0{24}01000000$|^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address);
