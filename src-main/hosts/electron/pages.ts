/** Serves the built shop window at usumaku://app/ out of a fixed list of files: what is not listed does not exist. */

import type { Protocol } from 'electron';
import { contentSecurityPolicy } from '../content-security-policy.ts';
import { listStaticFiles, type StaticFile } from '../node/static-files.ts';
import { isOwnAddress, scheme } from './address.ts';

/** Must be called before the app is ready. https://www.electronjs.org/docs/latest/api/protocol */
export function declareScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

export function servePages(protocol: Pick<Protocol, 'handle'>, rendererDirectory: string): void {
  const files = listStaticFiles(rendererDirectory);
  protocol.handle(scheme, (request) => answer(files, request));
}

/** Only reading, only our own host, only listed files: an address such as `/../secret` is simply not on the list. */
export async function answer(
  files: ReadonlyMap<string, StaticFile>,
  request: Pick<Request, 'url' | 'method'>,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405);
  const file = isOwnAddress(request.url) ? files.get(new URL(request.url).pathname) : undefined;
  if (!file) return plain(404);
  const body = request.method === 'HEAD' ? null : await file.read();
  return new Response(body, { headers: { ...headers, 'content-type': file.contentType } });
}

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

function plain(status: number): Response {
  return new Response(null, { status, headers });
}
