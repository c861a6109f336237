/** Addresses: every one leads somewhere. */

import { expect, it } from 'vitest';
import { address, parseRoute, stepNames } from '../../../src-renderer/lib/route.svelte.ts';

it('reads back what it writes', () => {
  for (const step of stepNames) {
    expect(parseRoute(address(step))).toEqual({ step, detail: null });
    expect(parseRoute(address(step, 'a/b c'))).toEqual({ step, detail: 'a/b c' });
  }
});

it('opens Set up for anything unknown', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#/__proto__/x']) expect(parseRoute(hash).step).toBe('setup');
});
