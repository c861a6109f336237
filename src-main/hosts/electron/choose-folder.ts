/** The system's own folder dialog, over the window that asked. */

import { BrowserWindow, dialog } from 'electron';

/** The chosen folder's absolute path, or null where the dialog was closed. It only names a folder: nothing is opened. */
export async function chooseFolder(title: string): Promise<string | null> {
  const [window] = BrowserWindow.getAllWindows();
  const options = { title, properties: ['openDirectory', 'dontAddToRecent'] } satisfies Electron.OpenDialogOptions;
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options));
  return canceled ? null : (filePaths[0] ?? null);
}
