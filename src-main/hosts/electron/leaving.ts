/** Asks before a running training is interrupted by closing the last window. */

import { dialog, type BrowserWindow } from 'electron';
import type { App } from '../../contract/app.ts';
import { atThisPc } from '../../contract/caller.ts';
import type { Language, ListedProject } from '../../contract/entities.ts';
import { shellSay } from './sentences.ts';

/** The window closes at once where no department trains. */
export function askBeforeLeaving(window: BrowserWindow, app: Pick<App, 'dispatch'>, language: Language): void {
  let agreed = false;
  window.on('close', (event) => {
    if (agreed) return;
    event.preventDefault();
    void mayClose(window, app, language).then((may) => {
      if (!may || window.isDestroyed()) return;
      agreed = true;
      window.close();
    });
  });
}

async function mayClose(window: BrowserWindow, app: Pick<App, 'dispatch'>, language: Language): Promise<boolean> {
  const reply = await app.dispatch('projects.list', {}, atThisPc('electron'));
  const projects = reply.ok ? (reply.value as readonly ListedProject[]) : [];
  if (!projects.some(({ work }) => work === 'run-active')) return true;
  const stay = 0;
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    message: shellSay('training-runs', language),
    detail: shellSay('training-is-kept', language),
    buttons: [shellSay('stay', language), shellSay('close-anyway', language)],
    // Enter and Esc both keep it open: neither may destroy.
    defaultId: stay,
    cancelId: stay,
  });
  return response !== stay;
}
