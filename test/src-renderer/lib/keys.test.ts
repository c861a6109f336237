/** No key acts while an input method is composing. */

import { describe, expect, it } from 'vitest';
import { isEscape, isSend, voteKey } from '../../../src-renderer/lib/keys.ts';

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

describe('voting', () => {
  const press = (key: string, rest: Partial<KeyboardEvent> = {}) =>
    voteKey({
      key,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      repeat: false,
      isComposing: false,
      keyCode: 0,
      ...rest,
    });

  it.each([
    ['1', 'first'],
    ['ArrowLeft', 'first'],
    ['2', 'second'],
    ['ArrowRight', 'second'],
    ['0', 'same'],
    ['ArrowDown', 'same'],
    ['Enter', null],
    ['3', null],
  ])('%s', (key, choice) => {
    expect(press(key)).toBe(choice);
  });

  it('does nothing while composing, held down, or with a modifier', () => {
    for (const rest of [{ isComposing: true }, { repeat: true }, { ctrlKey: true }, { altKey: true }])
      expect(press('1', rest)).toBeNull();
  });
});
