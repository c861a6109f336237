/** The window: a plain frame around our own pages, with everything switched off that they do not need. */

import { BrowserWindow, nativeTheme, type BrowserWindowConstructorOptions } from 'electron';
import { startAddress } from './address.ts';

/** Items 2, 3, 4, 6 and 8 of https://www.electronjs.org/docs/latest/tutorial/security, written out although most are the default. */
export function windowOptions(preload: string, dark: boolean): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 860,
    minWidth: 720,
    minHeight: 560,
    show: false,
    autoHideMenuBar: true,
    // Before the first paint, so that nothing flashes.
    backgroundColor: dark ? '#14181d' : '#ffffff',
    title: 'Usumaku',
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // A halt is heard before anybody has touched the window.
      autoplayPolicy: 'no-user-gesture-required',
      // Nothing we write needs a dictionary from the internet.
      spellcheck: false,
    },
  };
}

export async function openWindow(preload: string): Promise<BrowserWindow> {
  const window = new BrowserWindow(windowOptions(preload, nativeTheme.shouldUseDarkColors));
  window.once('ready-to-show', () => window.show());
  await window.loadURL(startAddress);
  return window;
}
