/** A folder that somebody is choosing: from the list, by the system's dialog, or by typing. */

import type { ErrorReport, FolderListing } from '../../../src-main/contract/index.ts';
import type { Client } from '../../lib/client.ts';

export class FolderChoice {
  protected readonly client: Client;
  /** Name of a folder that will be made inside the chosen one; null: the chosen one itself is meant. */
  readonly newFolder: string | null;
  /** Counts the folders asked for, so that a late answer to an earlier one is dropped. */
  #asked = 0;

  /** As typed, or as chosen. */
  path = $state('');
  listing = $state.raw<FolderListing | null>(null);
  error = $state.raw<ErrorReport | null>(null);
  busy = $state(false);

  constructor(client: Client, newFolder: string | null = null) {
    this.client = client;
    this.newFolder = newFolder;
  }

  /** Opens a folder in the list; an empty path is the home folder. */
  async browse(path: string): Promise<void> {
    const turn = ++this.#asked;
    const typed = this.path;
    this.error = null;
    const reply = await this.client.request('models.folders', { path });
    if (turn !== this.#asked) return;
    if (reply.ok) {
      this.listing = reply.value;
      // Whoever types meanwhile is not interrupted.
      if (this.path === typed) this.path = this.#meant(reply.value.path);
    } else {
      this.error = reply.error;
    }
  }

  /** The window's own dialog; false where nothing was chosen there. */
  async choose(title: string): Promise<boolean> {
    const { directory } = (await this.ask(() => this.client.request('models.chooseFolder', { title }))) ?? {};
    if (!directory) return false;
    this.path = this.#meant(directory);
    return true;
  }

  protected async ask<Value>(
    request: () => Promise<{ ok: true; value: Value } | { ok: false; error: ErrorReport }>,
  ): Promise<Value | undefined> {
    this.busy = true;
    this.error = null;
    const reply = await request();
    this.busy = false;
    if (reply.ok) return reply.value;
    this.error = reply.error;
    return undefined;
  }

  #meant(directory: string): string {
    if (this.newFolder === null) return directory;
    const separator = directory.includes('\\') ? '\\' : '/';
    return `${directory.replace(/[\\/]$/, '')}${separator}${this.newFolder}`;
  }
}

/** Names that are devices on Windows, whatever stands behind a dot: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const reserved = /^(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?= *(\.|$))/i;
/** Other systems end a name at 255 bytes, and while a folder is written its name is longer. */
const mostBytes = 120;

/** A name as every file system takes it. */
export function folderNameOf(name: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = name.normalize('NFC').replace(/[\\/:*?"<>|\u0000-\u001f]+/g, '-');
  return beginningOf(plain.replace(reserved, '$1-'), mostBytes).replace(/[. ]+$/, '') || 'adapter';
}

/** As many whole characters as fit into so many bytes. */
function beginningOf(text: string, most: number): string {
  const encoder = new TextEncoder();
  let bytes = 0;
  const fitting: string[] = [];
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > most) break;
    fitting.push(character);
  }
  return fitting.join('');
}
