/** The built shop window as a fixed list of files: what is not on the list does not exist, so no path can lead out. */

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

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
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(directory, path).split(sep).join('/')}`;
    files.set(address === '/index.html' ? '/' : address, {
      contentType: contentTypes[extname(entry.name)] ?? 'application/octet-stream',
      immutable: address.startsWith('/assets/'),
      read: async () => new Uint8Array(await readFile(path)),
    });
  }
  return files;
}
