/** The desktop notice of a halt, through the module that stands in for Electron. */

import { expect, test, vi } from 'vitest';
import type { AppEvent, AppListener } from '../../../../src-main/contract/events.ts';
import { noticeHalts } from '../../../../src-main/hosts/electron/halt-notice.ts';
import { standIn } from '../../../fixtures/electron-stand-in/state.ts';

vi.mock('electron', () => import('../../../fixtures/electron-stand-in/electron.ts'));

test('a halt is told with its cause, and nothing else is', () => {
  let tell: AppListener = () => {};
  const app = {
    subscribe: (listener: AppListener) => {
      tell = listener;
      return () => {};
    },
  };
  const window = { isDestroyed: () => false, isMinimized: () => true, restore: vi.fn(), focus: vi.fn() };
  noticeHalts(app, window as unknown as Parameters<typeof noticeHalts>[1], 'en');
  const halted: AppEvent = {
    ...{ kind: 'halted', route: 'standard', candidate: 'press', guard: 'crash', by: 'guards', reason: '' },
    causes: ['a'],
  };
  tell({ kind: 'changed', topics: ['answers'] }, null);
  tell(halted, 'first');
  expect(standIn.notices).toMatchObject([
    { title: 'A rollout was halted', body: expect.stringContaining('Model process ended') as string },
  ]);
});
