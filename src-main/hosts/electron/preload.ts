/** All that a page gets of the host: the contract's requests and events. Built as one CommonJS file, as a sandboxed preload must be. */

import { contextBridge, ipcRenderer } from 'electron';
import { type AppEvent, concerns } from '../../contract/events.ts';
import type { Reply, RequestName } from '../../contract/requests.ts';
import { eventChannel, requestChannel } from './channels.ts';

contextBridge.exposeInMainWorld('usumaku', {
  request: (name: RequestName, input: unknown, project: string): Promise<Reply<RequestName>> =>
    ipcRenderer.invoke(requestChannel, name, input, project) as Promise<Reply<RequestName>>,
  /** What concerns the project. The page never sees Electron's event object: it carries the sender. */
  subscribe: (project: string, listener: (event: AppEvent) => void): (() => void) => {
    const pass = (_: unknown, event: AppEvent, about: string | null): void => {
      if (concerns(about, project)) listener(event);
    };
    ipcRenderer.on(eventChannel, pass);
    return () => void ipcRenderer.off(eventChannel, pass);
  },
});
