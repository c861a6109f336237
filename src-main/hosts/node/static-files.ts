/** The built shop window as a fixed list of files: what is not on the list does not exist, so no path can lead out. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { StationPage } from '../../serving/station-page.ts';
import { pageHeaders } from '../content-security-policy.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

export interface StaticFile {
  readonly contentType: string;
  /** Vite puts a hash into these names, so they never change. */
  readonly immutable: boolean;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Files under `directory` by address (`/assets/main.js`); `/` is index.html. */
export function listStaticFiles(directory: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const [address, path] of walk(directory, '')) {
    files.set(address === '/index.html' ? '/' : address, {
      contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
      immutable: address.startsWith('/assets/'),
      read: async () => new Uint8Array(await readFile(path)),
    });
  }
  return files;
}

/** Vite's list of what each page needs. https://vite.dev/guide/backend-integration */
interface Manifest {
  readonly [source: string]: {
    readonly file: string;
    readonly imports?: readonly string[];
    readonly dynamicImports?: readonly string[];
    readonly css?: readonly string[];
    readonly assets?: readonly string[];
  };
}

/** The Ask page of a station, with the files that it needs and no others. */
export function stationPage(directory: string): StationPage {
  const files = listStaticFiles(directory);
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as Manifest;
  const wanted = new Set(['/icon.svg']);
  const seen = new Set<string>();
  const need = (source: string): void => {
    const entry = manifest[source];
    if (!entry || seen.has(source)) return;
    seen.add(source);
    for (const file of [entry.file, ...(entry.css ?? []), ...(entry.assets ?? [])]) wanted.add(`/${file}`);
    for (const other of [...(entry.imports ?? []), ...(entry.dynamicImports ?? [])]) need(other);
  };
  need('station.html');
  need('station-worker.ts');
  const page = files.get('/station.html');
  if (!page) throw new Error(`${directory} holds no Ask page.`);
  const own = [...files].filter(([address]) => wanted.has(address));
  return { files: new Map([['/', page], ...own]), headers: pageHeaders };
}

/** Folder by folder: Electron's archive answers `readdir` and `stat`, but not every option of theirs. */
function* walk(directory: string, address: string): Generator<readonly [address: string, path: string]> {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) yield* walk(path, `${address}/${name}`);
    else yield [`${address}/${name}`, path];
  }
}
