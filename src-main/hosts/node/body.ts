/** The body of a request to the window's and the terminal's door, or the response that refuses it in the app's own words. */

import type { Context } from 'hono';
import { jsonBody } from '../../serving/json-body.ts';
import { refuse } from './guards.ts';

/**
 * The JSON value of a request's body, or the response that refuses it: 413 beyond `largest` bytes, 400 for what is no
 * JSON in UTF-8.
 */
export async function bodyOf(
  context: Context,
  largest: number,
): Promise<{ readonly value: unknown } | { readonly refused: Response }> {
  const body = await jsonBody(context.req.raw, largest);
  if ('value' in body) return body;
  return {
    refused:
      body.fault === 'too-large'
        ? refuse(context, 413, 'request-too-large', { megabytes: largest / 2 ** 20 })
        : refuse(context, 400, 'request-invalid', { field: 'body', fault: 'wrong-form' }),
  };
}
