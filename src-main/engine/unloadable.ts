/** A model process whose libraries cannot be loaded says so to everybody who asks, instead of ending with a number. */

import type { ErrorReport } from '../contract/entities.ts';
import { openParentPort } from './parent-port.ts';
import { redistributable } from './runtime-libraries.ts';

/** Answers every request with the reason. Throws what is no failed load of a library. */
export function serveUnloadable(cause: unknown): void {
  const error = loadReport(cause);
  if (error === null) throw cause;
  const detail = String((cause as Error).stack ?? cause);
  const port = openParentPort();
  port.onMessage((message) => {
    if (message.kind === 'call' || message.kind === 'start')
      port.send({ kind: 'failed', id: message.id, error, detail });
  });
}

/**
 * What a failed load means; null where it was something else. On Windows the text comes in the user's language and without
 * its number, but a binding that lies in its place and does not load lacks Microsoft's runtime (126) or has an old one (1114).
 */
export function loadReport(cause: unknown, { platform, arch }: Machine = process): ErrorReport | null {
  const failed = chainOf(cause).find(({ code }) => code === 'ERR_DLOPEN_FAILED');
  if (!failed) return null;
  const [reason = '', ...rest] = failed.message
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (platform !== 'win32') return { code: 'engine-library-unloadable', values: { reason: failed.message } };
  const file = rest.at(-1)?.replace(/^\\\\\?\\/, '') ?? '?';
  return { code: 'engine-runtime-missing', values: { file, address: redistributable(arch), reason } };
}

interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** Loaders of libraries wrap what the system said. */
function chainOf(cause: unknown): readonly NodeJS.ErrnoException[] {
  if (!(cause instanceof Error)) return [];
  return [cause, ...(cause instanceof AggregateError ? cause.errors.flatMap(chainOf) : []), ...chainOf(cause.cause)];
}
