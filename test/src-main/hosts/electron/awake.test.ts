/** What the shell does while a training runs, and when the system goes down, through the module that stands in for Electron. */

import type { BrowserWindow } from 'electron';
import { beforeEach, expect, test, vi } from 'vitest';
import type { AppListener } from '../../../../src-main/contract/events.ts';
import type { RunState, TrainingRun } from '../../../../src-main/contract/entities.ts';
import { stayAwake } from '../../../../src-main/hosts/electron/awake.ts';
import { saveAtSessionEnd } from '../../../../src-main/hosts/electron/session-end.ts';
import { hearTrainings } from '../../../../src-main/hosts/electron/trainings.ts';
import { app } from '../../../fixtures/electron-stand-in/app.ts';
import { powerMonitor } from '../../../fixtures/electron-stand-in/electron.ts';
import { standIn } from '../../../fixtures/electron-stand-in/state.ts';
import { StandInWindow } from '../../../fixtures/electron-stand-in/window.ts';

vi.mock('electron', () => import('../../../fixtures/electron-stand-in/electron.ts'));

let tell: (id: string, state: RunState, step?: number) => void;
let window: StandInWindow;
let trainings: ReturnType<typeof hearTrainings>;

beforeEach(() => {
  let heard: AppListener = () => {};
  trainings = hearTrainings({
    subscribe: (listener) => {
      heard = listener;
      return () => {};
    },
  });
  tell = (id, state, step = 0) =>
    heard(
      {
        ...{ kind: 'training', metrics: [], validation: [] },
        run: { id, number: 7, state, step, steps: 100 } as TrainingRun,
      },
      'first',
    );
  window = new StandInWindow({ webPreferences: { preload: '' } });
  standIn.blockers.length = 0;
  standIn.notices.length = 0;
});

test('the PC stays awake while one of them is at work, and the taskbar shows how far it is', () => {
  stayAwake(trainings, () => window as unknown as BrowserWindow, 'ja');
  expect(trainings.active()).toBe(false);
  tell('a', 'waiting');
  tell('a', 'running', 25);
  expect([standIn.blockers, window.progress, trainings.active()]).toEqual([['prevent-app-suspension'], 0.25, true]);
  tell('a', 'paused', 30);
  expect([standIn.blockers, trainings.active()]).toEqual([['stopped'], true]);
  tell('b', 'running');
  tell('a', 'cancelled');
  expect(standIn.blockers).toEqual(['stopped', 'prevent-app-suspension']);
  expect(standIn.notices).toEqual([]);
  tell('b', 'completed', 100);
  expect([standIn.blockers, window.progress, trainings.active()]).toEqual([['stopped', 'stopped'], -1, false]);
  expect(standIn.notices).toMatchObject([{ title: '学習7が終わりました' }]);
});

test.each(['query-session-end', 'shutdown'] as const)(
  'at %s what runs is saved first, and nobody is asked',
  (event) => {
    const agree = vi.fn();
    const quit = vi.spyOn(app, 'quit').mockReturnValue();
    saveAtSessionEnd(window as unknown as BrowserWindow, { active: trainings.active, agree });
    const preventDefault = vi.fn();
    const source = event === 'shutdown' ? powerMonitor : window;
    source.emit(event, { preventDefault });
    // Nothing runs: the system need not wait.
    expect([preventDefault.mock.calls.length, agree.mock.calls.length, quit.mock.calls.length]).toEqual([0, 1, 1]);
    tell('a', 'running');
    source.emit(event, { preventDefault });
    expect([preventDefault.mock.calls.length, quit.mock.calls.length]).toEqual([1, 1]);
    quit.mockRestore();
    powerMonitor.removeAllListeners();
  },
);
