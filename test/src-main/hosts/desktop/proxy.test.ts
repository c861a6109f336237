/** On a closed network everything goes through a proxy: ELECTRON_GET_USE_PROXY has it used. */

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { smallElectron } from '../../../fixtures/electron-package.ts';

const child = fileURLToPath(new URL('proxy-child.ts', import.meta.url));

test('the archive comes through the proxy that HTTP_PROXY names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxy '));
  const { packageDirectory, archive } = smallElectron(folder);
  const mirror = createServer((_, response) => response.end(archive)).listen(0, '127.0.0.1');
  const wanted: string[] = [];
  const proxy = createServer().listen(0, '127.0.0.1');
  proxy.on('connect', (request, socket: Socket) => {
    wanted.push(request.url ?? '');
    const through = connect((mirror.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) end.on('error', () => {});
  });
  for (const server of [mirror, proxy]) if (!server.listening) await once(server, 'listening');
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [child, packageDirectory], {
    env: {
      ...process.env,
      ELECTRON_GET_USE_PROXY: '1',
      HTTP_PROXY: address,
      http_proxy: address,
      NO_PROXY: '',
      no_proxy: '',
      // No name server knows it.
      ELECTRON_MIRROR: 'http://mirror.invalid/',
      electron_config_cache: join(folder, 'cache'),
    },
  });
  expect(wanted).toEqual(['mirror.invalid:80']);
  expect(readFileSync(stdout).equals(archive)).toBe(true);
  for (const server of [mirror, proxy]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});
