/** A page on A4 by the Chromium, Chrome or Edge that lies on this machine, in a profile of its own and without the network. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { tidyUp } from '../../../native-models/disk/patient.ts';
import { OfficeError } from '../../contract/errors.ts';
import { browserPlaces } from './browser-places.ts';

/** A busy machine may take its time; what hangs ends. */
const longestMilliseconds = 180_000;

/** Nothing is fetched, nothing is kept; no name is resolved, whatever the browser would like to ask its maker. */
const quietly = [
  '--headless',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-pdf-header-footer',
  '--host-resolver-rules=MAP * ~NOTFOUND',
] as const;

/**
 * @param html self-contained
 * @param browser a path, or undefined where none lies here
 * @throws OfficeError printer-missing, printer-failed
 */
export async function printPdf(html: string, browser = browserHere()): Promise<Uint8Array> {
  if (browser === undefined) throw new OfficeError('printer-missing');
  const folder = await mkdtemp(join(tmpdir(), 'usumaku-print-'));
  const [page, pdf] = [join(folder, 'page.html'), join(folder, 'page.pdf')];
  // Chromium's sandbox refuses the superuser; the page is our own and holds no script.
  const asSuperuser = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const options = [...quietly, ...asSuperuser, `--user-data-dir=${join(folder, 'profile')}`, `--print-to-pdf=${pdf}`];
  try {
    await writeFile(page, html);
    await promisify(execFile)(browser, [...options, pathToFileURL(page).href], { timeout: longestMilliseconds });
    return await readFile(pdf);
  } catch (error) {
    throw new OfficeError('printer-failed', { reason: (error as Error).message.split('\n')[0]! }, { cause: error });
  } finally {
    // The browser's own processes may still be closing their files.
    await tidyUp(folder);
  }
}

const browserHere = (): string | undefined =>
  browserPlaces(process.platform, process.env).find((path) => existsSync(path));
