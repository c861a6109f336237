/** A page on A4 by the shell's own Chromium: in a window nobody sees, without script and apart from the app's session. */

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { tidyUp } from '../../../native-models/disk/patient.ts';
import { OfficeError } from '../../contract/errors.ts';

/** @param html self-contained @throws OfficeError printer-failed */
export async function printPdf(html: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'usumaku-print-'));
  const page = join(folder, 'page.html');
  const window = new BrowserWindow({
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true, javascript: false, partition: 'print' },
  });
  try {
    await writeFile(page, html);
    await window.loadFile(page);
    return await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true, preferCSSPageSize: true });
  } catch (error) {
    throw new OfficeError('printer-failed', { reason: (error as Error).message }, { cause: error });
  } finally {
    window.destroy();
    await tidyUp(folder);
  }
}
