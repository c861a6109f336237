/** While a training runs: the PC stays awake, the taskbar shows how far it is, and its end is told. */

import { type BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { Language, TrainingRun } from '../../contract/entities.ts';
import { isActive } from '../../contract/rules/runs.ts';
import { shellSay } from './sentences.ts';
import type { Trainings } from './trainings.ts';

/**
 * https://www.electronjs.org/docs/latest/api/power-save-blocker: the screen may still go dark.
 * @param shown the window of now: one that was closed may be opened anew
 */
export function stayAwake(trainings: Trainings, shown: () => BrowserWindow | null, language: Language): void {
  let blocker: number | null = null;
  trainings.follow((run, all) => {
    const atWork = all.some(({ state }) => state !== 'paused');
    if (atWork && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (!atWork && blocker !== null) {
      powerSaveBlocker.stop(blocker);
      blocker = null;
    }
    const window = shown();
    if (!window || window.isDestroyed()) return;
    showProgress(window, all);
    if (!isActive(run)) tellEnd(run, window, language);
  });
}

function showProgress(window: BrowserWindow, all: readonly TrainingRun[]): void {
  const [run] = all;
  const none = -1;
  if (!run) return window.setProgressBar(none);
  window.setProgressBar(run.step / Math.max(1, run.steps), { mode: run.state === 'paused' ? 'paused' : 'normal' });
}

/** Whoever looks at the window sees it there. */
function tellEnd({ number, state }: TrainingRun, window: BrowserWindow, language: Language): void {
  if (state !== 'completed' && state !== 'failed' && state !== 'interrupted') return;
  if (window.isFocused() || !Notification.isSupported()) return;
  const notice = new Notification({
    title: shellSay('training-ended', language, { number: String(number) }),
    body: shellSay(`training-${state}`, language),
  });
  notice.on('click', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  notice.show();
}
