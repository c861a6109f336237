/** The Electron shell: one window onto the same app that plain Node serves on loopback. */

import { join } from 'node:path';
import { app, BrowserWindow, dialog, ipcMain, Menu, protocol, session } from 'electron';
import { compose } from '../../compose.ts';
import { dataDirectory } from '../data-directory.ts';
import { dataRisk } from '../data-risk.ts';
import type { Language } from '../../contract/entities.ts';
import { languageOf } from '../language.ts';
import { openLog } from '../log.ts';
import { openDoor } from '../node/door.ts';
import { say } from '../sentences.ts';
import { stationPage } from '../node/static-files.ts';
import { chooseFolder } from './choose-folder.ts';
import { stayAwake } from './awake.ts';
import { criticalError } from './critical-error.ts';
import { shellFiles } from './files.ts';
import { answerRequests, sendEvents } from './ipc.ts';
import { noticeHalts } from './halt-notice.ts';
import { askBeforeLeaving } from './leaving.ts';
import { declareScheme, servePages } from './pages.ts';
import { printPdf } from './print-pdf.ts';
import { tellSeen } from './seen.ts';
import { denyPermissions, refuseEverythingElse } from './security.ts';
import { saveAtSessionEnd } from './session-end.ts';
import { hearTrainings, type Trainings } from './trainings.ts';
import { endOnUncaught } from './uncaught.ts';
import { startUtilityProcess } from './utility-process.ts';
import { servingTray } from './tray.ts';
import { openWindow } from './window.ts';

const data = dataDirectory(undefined);
// What Chromium keeps (caches, its own lock) lies beside our data, so one data directory has one shell.
app.setPath('userData', join(data, 'window'));
declareScheme(protocol);

if (app.requestSingleInstanceLock()) {
  app.whenReady().then(start).catch(giveUp);
} else {
  app.quit();
}

async function start(): Promise<void> {
  const language = languageOf(app.getLocale());
  const files = shellFiles(app.getAppPath(), app.isPackaged ? process.resourcesPath : null);
  const log = openLog(data);
  const refused = (what: string, detail: string): void => log.error({ what, detail }, 'refused');

  refuseEverythingElse(app, refused);
  denyPermissions(session.defaultSession, refused);
  // Only macOS needs a menu for copy and paste to work.
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );
  servePages(protocol, files.rendererDirectory);

  const { workerEntry, readerEntry, bundled } = files;
  const office = compose({
    dataDirectory: data,
    log,
    startProcess: startUtilityProcess,
    workerEntry,
    readerEntry,
    bundled,
    chooseFolder,
    printPdf,
    stationPage: stationPage(files.rendererDirectory),
  });
  answerRequests(ipcMain, office, refused);
  // A terminal reverts through it. Without it the window works all the same.
  const door = await openDoor(office, data).catch((error: unknown) => {
    log.error({ error: String(error) }, 'no door');
    return null;
  });

  const close = () => (door?.close() ?? Promise.resolve()).finally(() => office.close());
  endOnUncaught(process, {
    log,
    tell: (error) => {
      const { title, text } = criticalError('stopped-working', error, data, language);
      dialog.showErrorBox(title, text);
    },
    close,
    exit: (code) => app.exit(code),
  });

  let window: BrowserWindow | null = null;
  let trainings: Trainings | null = null;
  const show = async (): Promise<void> => {
    if (window && !window.isDestroyed()) {
      if (window.isMinimized()) window.restore();
      return window.focus();
    }
    const opened = (window = await openWindow(files.preload));
    tray.windowOpened();
    const stopNotices = noticeHalts(office, opened, language);
    opened.on('closed', stopNotices);
    if (!trainings) stayAwake((trainings = hearTrainings(office)), () => window, language);
    const leaving = askBeforeLeaving(opened, trainings, language, () => office.serving().length > 0);
    saveAtSessionEnd(opened, leaving);
  };
  const { rendererDirectory } = files;
  const open = () => void show().catch(giveUp);
  const tray = servingTray({ office, rendererDirectory, language, open, quit: () => app.quit() });
  await show();
  tellSeen();
  // The first listener starts the model process, which would slow down a window that still loads.
  sendEvents(office, () => BrowserWindow.getAllWindows());
  void warnOfRisk(() => window, language);
  void office.serve();
  app.on('second-instance', open);
  app.on('activate', open);
  app.on('window-all-closed', () => tray.windowsClosed());
  app.on('will-quit', (event) => {
    // The data is closed before the process ends: what runs is marked so that it can be resumed.
    event.preventDefault();
    void close().finally(() => app.exit(0));
  });
}

/** Said once a start, over the window, which works meanwhile. */
async function warnOfRisk(windowOfNow: () => BrowserWindow | null, language: Language): Promise<void> {
  const risk = await dataRisk(data);
  const window = windowOfNow();
  if (risk !== null && window)
    void dialog.showMessageBox(window, { type: 'warning', message: say(`data-${risk}`, language, { data }) });
}

function giveUp(error: unknown): void {
  tellSeen();
  const { title, text } = criticalError('cannot-start', error, data, languageOf(app.getLocale()));
  dialog.showErrorBox(title, text);
  app.exit(1);
}
