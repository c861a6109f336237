/** Whoever closes the window while programs and stations are answered finds the app in the tray, which says so. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { servingTray } from '../../../../src-main/hosts/electron/tray.ts';
import { standIn } from '../../../fixtures/electron-stand-in/state.ts';

vi.mock('electron', () => import('../../../fixtures/electron-stand-in/electron.ts'));

beforeEach(() => void standIn.trays.splice(0));

function closing(departments: readonly string[]) {
  const done: string[] = [];
  const tray = servingTray({
    office: { serving: () => departments },
    rendererDirectory: resolve(import.meta.dirname, '../../../../src-renderer/public'),
    language: 'ja',
    open: () => void done.push('open'),
    quit: () => void done.push('quit'),
  });
  tray.windowsClosed();
  return { done, tray };
}

it('ends with its last window where nobody outside is answered', () => {
  const { done } = closing([]);
  expect(done).toEqual(['quit']);
  expect(standIn.trays).toEqual([]);
});

it('stays in the tray, names whom it answers for, opens again and ends when told to', () => {
  const { done, tray } = closing(['プレス課', '保全課']);
  expect(done).toEqual([]);
  const [shown] = standIn.trays;
  expect(shown!.toolTip).toContain('プレス課, 保全課');
  expect(existsSync(shown!.icon)).toBe(true);
  const [said, open, end] = shown!.items;
  expect(said).toMatchObject({ enabled: false, label: shown!.toolTip });
  open!.click!();
  tray.windowOpened();
  expect(standIn.trays).toEqual([]);
  end!.click!();
  expect(done).toEqual(['open', 'quit']);
});

it('closing twice shows one', () => {
  const { tray } = closing(['プレス課']);
  tray.windowsClosed();
  expect(standIn.trays).toHaveLength(1);
});
