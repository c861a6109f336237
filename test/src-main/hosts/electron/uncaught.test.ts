/** What nobody caught in Electron's main ends the app, once, with the data closed. */

import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { endOnUncaught } from '../../../../src-main/hosts/electron/uncaught.ts';

function shell(close: () => Promise<unknown>) {
  const source = new EventEmitter();
  const happened: string[] = [];
  const exited = Promise.withResolvers<number>();
  endOnUncaught(source, {
    log: { error: () => void happened.push('logged') },
    tell: (error) => void happened.push(`told: ${String(error)}`),
    close: () => {
      happened.push('closing');
      return close();
    },
    exit: (code) => exited.resolve(code),
    closeWithin: 200,
  });
  return { source, happened, exited: exited.promise };
}

test.each(['uncaughtException', 'unhandledRejection'])(
  '%s: it is logged, told, closed, and the app ends',
  async (kind) => {
    const { source, happened, exited } = shell(async () => {});
    source.emit(kind, new Error('broken'));
    expect(await exited).toBe(1);
    expect(happened).toEqual(['logged', 'told: Error: broken', 'closing']);
  },
);

test('a second one while it ends is logged, and told to nobody', async () => {
  const { source, happened, exited } = shell(async () => {});
  source.emit('uncaughtException', new Error('first'));
  source.emit('uncaughtException', new Error('second'));
  expect(await exited).toBe(1);
  expect(happened).toEqual(['logged', 'told: Error: first', 'closing', 'logged']);
});

test.each([
  ['fails', () => Promise.reject(new Error('no'))],
  ['never ends', () => new Promise(() => {})],
])('closing that %s does not keep it open', async (_, close) => {
  const { source, exited } = shell(close);
  source.emit('uncaughtException', 'not even an error');
  expect(await exited).toBe(1);
});
