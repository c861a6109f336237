/** Shutdown, restart and logoff: what runs is saved first, and nobody is asked. */

import { app, type BrowserWindow, powerMonitor } from 'electron';
import type { Leaving } from './leaving.ts';

/** While a training writes its checkpoint the system is asked to wait; the app ends by itself then, and the system goes on. */
export function saveAtSessionEnd(window: BrowserWindow, leaving: Leaving): void {
  let ending = false;
  const end = (event?: { preventDefault(): void }): void => {
    if (leaving.active()) event?.preventDefault();
    if (ending) return;
    ending = true;
    leaving.agree();
    app.quit();
  };
  // Windows: https://www.electronjs.org/docs/latest/api/browser-window#event-query-session-end-windows
  window.on('query-session-end', end);
  window.on('session-end', () => end());
  // Linux and macOS.
  powerMonitor.on('shutdown', end);
}
