/** Reads what a request carries, with its bytes counted while they come: a length in its headers may be wrong or missing. */

/** Why there is no value: too many bytes, no JSON in UTF-8, or a sender that went before the end. */
export type BodyFault = 'too-large' | 'no-json' | 'gone';

/** So many times too large, and nobody waits for the end any more. */
const patience = 8;

/**
 * The JSON value of a request's body. What is too large is read and dropped, since a sender that is cut off in
 * mid-sentence hears of a broken connection instead of the reason.
 * @param largest in bytes
 */
export async function jsonBody(
  request: Request,
  largest: number,
): Promise<{ readonly value: unknown } | { readonly fault: BodyFault }> {
  // Whoever announces that much would be waited for in vain.
  if (Number(request.headers.get('content-length') ?? 0) > patience * largest) return { fault: 'too-large' };
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
      size += piece.byteLength;
      if (size <= largest) pieces.push(piece);
      else pieces.length = 0;
      if (size > patience * largest) break;
    }
  } catch {
    return { fault: 'gone' };
  }
  if (size > largest) return { fault: 'too-large' };
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces, size))) };
  } catch {
    return { fault: 'no-json' };
  }
}
