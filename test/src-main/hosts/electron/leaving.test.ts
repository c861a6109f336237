/** Closing the window while a training runs asks first, and neither Enter nor Esc ends it. */

import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { beforeEach, expect, it, vi } from 'vitest';
import { askBeforeLeaving } from '../../../../src-main/hosts/electron/leaving.ts';
import { standIn } from '../../../fixtures/electron-stand-in/state.ts';

vi.mock('electron', () => import('../../../fixtures/electron-stand-in/electron.ts'));

class ClosableWindow extends EventEmitter {
  closed = false;

  close(): void {
    let prevented = false;
    this.emit('close', { preventDefault: () => (prevented = true) });
    this.closed = !prevented;
    this.emit('decided');
  }

  isDestroyed(): boolean {
    return this.closed;
  }
}

function openWindow(active: boolean): ClosableWindow {
  const window = new ClosableWindow();
  askBeforeLeaving(window as unknown as BrowserWindow, { active: () => active }, 'ja');
  return window;
}

beforeEach(() => {
  standIn.dialogs.length = 0;
});

it('closes at once and without a word where nothing runs, so that a logout is not cancelled', () => {
  const window = openWindow(false);
  window.close();
  expect(window.closed).toBe(true);
  expect(standIn.dialogs).toEqual([]);
});

it('keeps the window where the answer is the default one', async () => {
  standIn.answers = [0];
  const window = openWindow(true);
  window.close();
  await expect.poll(() => standIn.dialogs).toHaveLength(1);
  expect(standIn.dialogs[0]).toEqual({
    title: '学習が進行中です。',
    text: '薄膜を閉じると、最後に保存したところで止まり、あとで再開できます。',
  });
  expect(window.closed).toBe(false);
});

it('closes where somebody says so', async () => {
  standIn.answers = [1];
  const window = openWindow(true);
  window.close();
  await expect.poll(() => window.closed).toBe(true);
});
