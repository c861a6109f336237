/** Chats that nobody can mean: refused by the name of the field. */

import { expect, test } from 'vitest';
import { readChat, readCompletion } from '../../../src-main/serving/requests.ts';

const ask = (content: unknown, more: object = {}) =>
  readChat({ model: 'plant', messages: [{ role: 'user', content }], ...more });

test.each([
  ['half a character', '\ud800'],
  ['NUL', 'a\0b'],
  ['half a character in a part', [{ type: 'text', text: '\udc00' }]],
  ['a picture', [{ type: 'image_url', image_url: { url: 'x' } }]],
  ['a number', 7],
  ['nothing', null],
])('%s', (_, content) => {
  expect(() => ask(content)).toThrow(/messages\[0\]\.content/u);
});

test.each([
  ['max_tokens', 1.5],
  ['temperature', 1e308],
  ['top_p', 0],
  ['seed', 1e300],
  ['stream', 'yes'],
  ['logit_bias', { 5: 100 }],
  ['response_format', { type: 'json_schema' }],
  ['model', {}],
])('%s', (field, value) => {
  expect(() => ask('?', { [field]: value })).toThrow(field);
});

test.each([
  ['half a character', '\ud800'],
  ['NUL in one of several', ['a', 'b\0']],
])('%s as a text to go on with', (_, prompt) => {
  expect(() => readCompletion({ model: 'plant', prompt })).toThrow(/prompt/u);
});

test('a whole character beyond U+FFFF is taken', () => {
  expect(ask('😀').starts).toEqual([{ messages: [{ role: 'user', content: '😀' }] }]);
});
