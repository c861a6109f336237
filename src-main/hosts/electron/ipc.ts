/** The hallway over Electron's IPC: who asks is checked here, what is asked is checked by the contract inside `dispatch`. */

import type { BrowserWindow, IpcMain, IpcMainInvokeEvent } from 'electron';
import type { App } from '../../contract/app.ts';
import { atThisPc } from '../../contract/caller.ts';
import type { Reply, RequestName } from '../../contract/requests.ts';
import { isOwnAddress } from './address.ts';
import { eventChannel, requestChannel } from './channels.ts';

/** 17. Validate the sender of all IPC messages. https://www.electronjs.org/docs/latest/tutorial/security#17-validate-the-sender-of-all-ipc-messages */
export function isOwnPage(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  // null: the frame has gone or was navigated since. A parent: something was embedded, and we embed nothing.
  return frame !== null && frame.parent === null && isOwnAddress(frame.url);
}

const refusal: Reply<RequestName> = { ok: false, error: { code: 'request-foreign', values: {} } };

export function answerRequests(
  ipcMain: Pick<IpcMain, 'handle'>,
  app: Pick<App, 'dispatch'>,
  refused: (what: string, detail: string) => void,
): void {
  ipcMain.handle(
    requestChannel,
    async (event, name: unknown, input: unknown, project: unknown): Promise<Reply<RequestName>> => {
      if (isOwnPage(event)) return app.dispatch(String(name), input, atThisPc('electron', String(project)));
      refused('request', event.senderFrame?.url ?? '');
      return refusal;
    },
  );
}

/** Every event to every window, whose preload lets in what is about its project; ends with the subscription. */
export function sendEvents(app: Pick<App, 'subscribe'>, windows: () => readonly BrowserWindow[]): () => void {
  return app.subscribe((event, about) => {
    for (const window of windows()) {
      if (!window.isDestroyed() && isOwnAddress(window.webContents.getURL()))
        window.webContents.send(eventChannel, event, about);
    }
  });
}
