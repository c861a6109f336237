/** No key acts while an input method is composing. */

import { expect, it } from 'vitest';
import { isEscape, isSend } from '../../../src-renderer/lib/keys.ts';

const key = (name: string, more = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 13,
  ...more,
});

it('sends on Ctrl+Enter and Command+Enter, not on Enter', () => {
  expect(isSend(key('Enter', { ctrlKey: true }))).toBe(true);
  expect(isSend(key('Enter', { metaKey: true }))).toBe(true);
  expect(isSend(key('Enter'))).toBe(false);
});

it('does nothing while composing, however the browser says so', () => {
  expect(isSend(key('Enter', { ctrlKey: true, isComposing: true }))).toBe(false);
  expect(isSend(key('Enter', { ctrlKey: true, keyCode: 229 }))).toBe(false);
  expect(isEscape(key('Escape', { isComposing: true }))).toBe(false);
  expect(isEscape(key('Escape', { keyCode: 27 }))).toBe(true);
});
