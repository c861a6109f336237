/** Reads what a request carries, with its bytes counted while they come: a length in its headers may be wrong or missing. */

import type { Context } from 'hono';
import { refuse } from './guards.ts';

/**
 * The JSON value of a request's body, or the response that refuses it: 413 beyond `largest` bytes, 400 for what is no
 * JSON in UTF-8.
 */
export async function jsonBody(
  context: Context,
  largest: number,
): Promise<{ readonly value: unknown } | { readonly refused: Response }> {
  const bytes = await bytesUpTo(context.req.raw, largest);
  if (bytes === null) return { refused: refuse(context, 413, 'request-too-large', { megabytes: largest / 2 ** 20 }) };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { refused: refuse(context, 400, 'request-invalid', { field: 'body', fault: 'wrong-form' }) };
  }
}

/** So many times too large, and nobody waits for the end any more. */
const patience = 8;

/**
 * null where there is more. The rest is read and dropped, since a sender that is cut off in mid-sentence hears of a broken
 * connection instead of the reason.
 */
async function bytesUpTo(request: Request, largest: number): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size <= largest) pieces.push(piece);
    else pieces.length = 0;
    if (size > patience * largest) break;
  }
  return size > largest ? null : Buffer.concat(pieces, size);
}
