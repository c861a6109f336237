/** What a request carries, and what its headers announce. */

import { describe, expect, test } from 'vitest';
import { jsonBody } from '../../../src-main/serving/json-body.ts';

const post = (body: RequestInit['body'], headers: Record<string, string> = {}) =>
  new Request('http://127.0.0.1/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

describe('a body', () => {
  test('is the value that it says', async () => {
    expect(await jsonBody(post('{"a":[1]}'), 100)).toEqual({ value: { a: [1] } });
  });

  test('that is announced far too large is refused before any of it comes', async () => {
    const never = new ReadableStream({});
    expect(await jsonBody(post(never, { 'content-length': '99999999999' }), 100)).toEqual({ fault: 'too-large' });
  });

  test.each([
    ['nothing', ''],
    ['half a value', '{"a":'],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['zeros', Buffer.alloc(50)],
  ])('of %s is no JSON', async (_, body) => {
    expect(await jsonBody(post(body), 100)).toEqual({ fault: 'no-json' });
  });

  test('of more than it may have is read and refused', async () => {
    expect(await jsonBody(post(`"${'x'.repeat(300)}"`), 100)).toEqual({ fault: 'too-large' });
  });
});
