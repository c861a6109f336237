/** Opens the app on loopback for one data directory and keeps it open until it is asked to stop. */

import { resolve } from 'node:path';
import { compose } from '../../compose.ts';
import type { Language } from '../../contract/entities.ts';
import { OfficeError } from '../../contract/errors.ts';
import { forkProcess } from '../../engine/fork-process.ts';
import { dataRisk } from '../data-risk.ts';
import { hasDisplay } from '../electron-binary.ts';
import { openLog } from '../log.ts';
import { buildRendererIfStale, rendererDirectory } from '../renderer-build.ts';
import { say } from '../sentences.ts';
import { leaveDoorFile, removeDoorFile, urlOfRunningHost } from './door-file.ts';
import { keepAddress, keptAddress } from './kept-address.ts';
import { printPdf } from './print-pdf.ts';
import { type LoopbackServer, openLoopback } from './server.ts';
import { stationPage } from './static-files.ts';

export interface ServeOptions {
  /** Absolute. */
  readonly dataDirectory: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Open the default browser, where there is one. */
  readonly openBrowser: boolean;
  readonly language: Language;
  /** Gets each line for the terminal. */
  readonly print: (line: string) => void;
  /** Gets the address as soon as somebody can open it. */
  readonly onUrl?: (url: string) => void;
}

export interface OpenHost {
  readonly close: () => Promise<void>;
}

export const projectRoot = resolve(import.meta.dirname, '../../..');

/** Resolves once the app is open; null where a host that runs already was shown instead. */
export async function serve(options: ServeOptions): Promise<OpenHost | null> {
  const { dataDirectory, language, print } = options;
  const running = await urlOfRunningHost(dataDirectory);
  if (running !== null) {
    print(say('running-already', language));
    await showUrl(running, options);
    return null;
  }
  void dataRisk(dataDirectory).then((risk) => {
    if (risk !== null) print(say(`data-${risk}`, language, { data: dataDirectory }));
  });
  // A folder that cannot hold the data is named before anybody waits for screens.
  const log = openLog(dataDirectory);
  await buildRendererIfStale(projectRoot, () => print(say('building', language)));
  const page = stationPage(rendererDirectory(projectRoot));
  const app = compose({ dataDirectory, log, startProcess: forkProcess, printPdf, stationPage: page });
  const kept = keptAddress(dataDirectory);
  const { session } = kept;
  const open = (port: number): Promise<LoopbackServer> =>
    openLoopback({ app, rendererDirectory: rendererDirectory(projectRoot), port, session });
  let server: LoopbackServer;
  try {
    // A window that is still open looks for the app where it was; where somebody else is there now, it is anywhere.
    server =
      options.port === 0 && kept.port !== null ? await open(kept.port).catch(() => open(0)) : await open(options.port);
  } catch (error) {
    await app.close();
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EADDRINUSE' ? new OfficeError('port-taken', { port: options.port }) : error;
  }
  keepAddress(dataDirectory, { port: server.port, session });
  leaveDoorFile(dataDirectory, server);
  log.info({ port: server.port }, 'host open');
  await showUrl(server.newUrl(), options);
  await app.serve();
  print(say('stop-with', language, { data: dataDirectory }));
  return {
    close: async () => {
      removeDoorFile(dataDirectory);
      await server.close();
      await app.close();
      log.info({}, 'host closed');
    },
  };
}

async function showUrl(url: string, { language, print, openBrowser, onUrl }: ServeOptions): Promise<void> {
  print(say('open-at', language, { url }));
  onUrl?.(url);
  if (!openBrowser) return;
  const byHand = () => print(say('open-by-hand', language));
  if (!hasDisplay(process.platform, process.env)) return byHand();
  try {
    const { default: open } = await import('open');
    (await open(url)).on('error', byHand);
  } catch {
    byHand();
  }
}
