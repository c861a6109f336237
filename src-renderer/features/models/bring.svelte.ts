/** Bringing a model: find its folder, see what it holds and lacks, and only then keep it. */

import type { ErrorReport, FolderListing, LibraryModel, ModelCheck } from '../../../src-main/contract/index.ts';
import type { Client } from '../../lib/client.ts';

export class BringFlow {
  readonly #client: Client;
  /** What the host said of each check: it may speak before it has answered the request that began one. */
  readonly #news: Record<string, ModelCheck> = {};
  /** Counts the folders asked for, so that a late answer to an earlier one is dropped. */
  #asked = 0;

  /** As typed, or as chosen from the list. */
  path = $state('');
  listing = $state.raw<FolderListing | null>(null);
  check = $state.raw<ModelCheck | null>(null);
  error = $state.raw<ErrorReport | null>(null);
  busy = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  /** Hears how far the check is, until the returned function is called. */
  follow(): () => void {
    return this.#client.on('checking-model', ({ check }) => {
      this.#news[check.id] = check;
      if (this.check?.id === check.id) this.check = check;
    });
  }

  get running(): boolean {
    return this.check?.state === 'running';
  }

  /** Opens a folder in the list; an empty path is the home folder. */
  async browse(path: string): Promise<void> {
    const turn = ++this.#asked;
    const typed = this.path;
    this.error = null;
    const reply = await this.#client.request('models.folders', { path });
    if (turn !== this.#asked) return;
    if (reply.ok) {
      this.listing = reply.value;
      // Whoever types meanwhile is not interrupted.
      if (this.path === typed) this.path = reply.value.path;
    } else {
      this.error = reply.error;
    }
  }

  /** The window's own dialog; what is chosen there is checked at once. */
  async choose(title: string): Promise<void> {
    const { directory } = (await this.#ask(() => this.#client.request('models.chooseFolder', { title }))) ?? {};
    if (directory) await this.examine(directory);
  }

  async examine(directory: string): Promise<void> {
    this.path = directory;
    const check = await this.#ask(() => this.#client.request('models.check', { directory }));
    if (check) this.check = this.#news[check.id] ?? check;
  }

  /** Back to the folders; a check that still runs ends. */
  async back(): Promise<void> {
    await this.stop();
    this.check = null;
    this.error = null;
    if (this.listing) this.path = this.listing.path;
  }

  async stop(): Promise<void> {
    if (this.check && this.running) await this.#client.request('models.cancelCheck', { checkId: this.check.id });
  }

  /** Keeps what was checked: as a model of its own, or as the new place of one that is known. */
  async keep(moved: LibraryModel | null): Promise<LibraryModel | undefined> {
    const directory = this.check?.directory ?? this.path;
    return moved
      ? this.#ask(() => this.#client.request('models.relocate', { modelId: moved.id, directory }))
      : this.#ask(() => this.#client.request('models.add', { directory }));
  }

  async #ask<Value>(
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
}
