/** Electron comes from a mirror on loopback: as it should, and in each of the ways in which it does not. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { archivePlace, FetchProblem, type Timer } from '../../../../src-main/hosts/desktop/archive.ts';
import { installElectron, type InstallWishes } from '../../../../src-main/hosts/desktop/install.ts';
import { smallElectron, type SmallElectron } from '../../../fixtures/electron-package.ts';

let folder: string;
let electron: SmallElectron;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '取得 fetch '));
  electron = smallElectron(folder);
  vi.stubEnv('electron_config_cache', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A mirror that answers like this. @returns the addresses that were asked for */
async function mirror(answer: RequestListener): Promise<string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('ELECTRON_MIRROR', `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return asked;
}

/** Time that passes only when a test says so. */
function handTimer() {
  const waiting = new Map<() => void, number>();
  const timer: Timer = (milliseconds, action) => {
    waiting.set(action, milliseconds);
    return () => waiting.delete(action);
  };
  const pass = () => {
    for (const action of [...waiting.keys()]) action();
  };
  return { timer, pass, limits: () => [...waiting.values()] };
}

const never: Timer = () => () => {};

function install(wishes: Partial<InstallWishes> = {}): Promise<void> {
  const { packageDirectory } = electron;
  return installElectron({
    packageDirectory,
    memoryFile: join(folder, 'memory', 'electron.json'),
    insist: false,
    timer: never,
    ...wishes,
  });
}

const failureOf = (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => 'installed',
    (error: unknown) => (error instanceof FetchProblem ? error.failure : error),
  );
const isInstalled = () => existsSync(join(electron.packageDirectory, 'path.txt'));

describe('a mirror that answers', () => {
  test('is named, its archive is cached, checked and unpacked, and never asked again', async () => {
    const asked = await mirror((_, response) => {
      response.setHeader('content-length', electron.archive.length);
      response.end(electron.archive);
    });
    const hosts: string[] = [];
    const progress: [number, number | null][] = [];
    await install({ onHost: (host) => hosts.push(host), onProgress: (...values) => progress.push(values) });
    expect(asked).toEqual([electron.path]);
    expect(hosts).toEqual([new URL(process.env['ELECTRON_MIRROR']!).host]);
    expect(progress.at(-1)).toEqual([electron.archive.length, electron.archive.length]);
    expect(isInstalled()).toBe(true);
    expect(readFileSync(join(electron.packageDirectory, 'dist', 'version'), 'utf8')).toBe('45.4.1');

    rmSync(join(electron.packageDirectory, 'path.txt'));
    await install();
    expect(isInstalled()).toBe(true);
    expect(asked).toHaveLength(1);
  });

  test('may be slow, as long as bytes come', async () => {
    const { timer, limits, pass } = handTimer();
    const goOn = Promise.withResolvers<void>();
    await mirror(async (_, response) => {
      response.setHeader('content-length', electron.archive.length);
      response.write(electron.archive.subarray(0, 1000));
      await goOn.promise;
      response.end(electron.archive.subarray(1000));
    });
    const seen: number[][] = [];
    const onProgress = () => {
      seen.push(limits());
      goOn.resolve();
    };
    await install({ timer, onProgress });
    // The limit for the first byte is over with the first byte.
    expect(new Set(seen.flat())).toEqual(new Set([30_000]));
    expect(limits()).toEqual([]);
    pass();
    expect(isInstalled()).toBe(true);
  });
});

describe('a mirror that does not', () => {
  test('a black hole costs the limit for the first byte, once', async () => {
    const { timer, pass, limits } = handTimer();
    const asked = await mirror(() => {
      expect(limits()).toEqual([10_000]);
      pass();
    });
    expect(await failureOf(install({ timer }))).toBe('silent');
    expect(await failureOf(install({ timer }))).toBe('known');
    expect(asked).toHaveLength(1);
    expect(await failureOf(install({ timer, insist: true }))).toBe('silent');
    expect(asked).toHaveLength(2);
    expect(isInstalled()).toBe(false);
  });

  test('another address is asked though the first gave nothing', async () => {
    await mirror((_, response) => response.writeHead(404).end());
    expect(await failureOf(install())).toBe('refused');
    await mirror((_, response) => response.end(electron.archive));
    expect(await failureOf(install())).toBe('installed');
  });

  test('nobody listens there', async () => {
    await mirror(() => {});
    const [server] = servers.splice(0);
    server!.close();
    await once(server!, 'close');
    expect(await failureOf(install())).toBe('unreachable');
  });

  test('it stops in the middle', async () => {
    const { timer, pass } = handTimer();
    await mirror((_, response) => {
      response.setHeader('content-length', electron.archive.length);
      response.write(electron.archive.subarray(0, 1000));
    });
    expect(await failureOf(install({ timer, onProgress: pass }))).toBe('cut-off');
  });

  test('the connection breaks', async () => {
    await mirror((_, response) => {
      response.setHeader('content-length', electron.archive.length);
      response.write(electron.archive.subarray(0, 1000), () => response.destroy());
    });
    expect(await failureOf(install())).toBe('cut-off');
    expect(isInstalled()).toBe(false);
  });
});

describe('checksums', () => {
  const wrong = () => Buffer.concat([electron.archive, Buffer.from('!')]);

  test('another file than the package names is neither kept nor unpacked', async () => {
    await mirror((_, response) => response.end(wrong()));
    expect(await failureOf(install())).toBe('checksum');
    expect(isInstalled()).toBe(false);
    expect(existsSync((await archivePlace(electron.packageDirectory)).path)).toBe(false);
  });

  test('no variable makes them come from the mirror', async () => {
    vi.stubEnv('electron_use_remote_checksums', '1');
    vi.stubEnv('npm_config_electron_use_remote_checksums', '1');
    vi.stubEnv('force_no_cache', 'true');
    const asked = await mirror((_, response) => response.end(electron.archive));
    await install();
    expect(asked).toEqual([electron.path]);
  });

  test('a file that somebody put into the cache is checked, and fetched where it is wrong', async () => {
    const asked = await mirror((_, response) => response.end(electron.archive));
    const place = await archivePlace(electron.packageDirectory);
    mkdirSync(dirname(place.path), { recursive: true });
    writeFileSync(place.path, wrong());
    await install();
    expect(asked).toHaveLength(1);
    expect(isInstalled()).toBe(true);
  });
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'nothing is fetched where it could not be unpacked (skipped: the superuser may write everywhere)',
  async () => {
    const asked = await mirror((_, response) => response.end(electron.archive));
    chmodSync(electron.packageDirectory, 0o555);
    expect(await failureOf(install())).toBe('unpacking');
    chmodSync(electron.packageDirectory, 0o755);
    expect(asked).toEqual([]);
  },
);

test('an archive brought by hand is taken without asking anybody, also where an address gave nothing before', async () => {
  const asked = await mirror((_, response) => response.writeHead(503).end());
  expect(await failureOf(install())).toBe('refused');
  mkdirSync(join(folder, 'temporary'));
  vi.stubEnv('TMPDIR', join(folder, 'temporary'));
  const { path, url, present } = await archivePlace(electron.packageDirectory);
  expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
  expect(present).toBe(false);
  expect(url).toBe(`${process.env['ELECTRON_MIRROR']}${electron.path.slice(1)}`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, electron.archive);
  expect(await failureOf(install())).toBe('installed');
  expect(asked).toHaveLength(1);
});
