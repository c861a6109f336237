/** Bringing a model: find its folder, see what it holds and lacks, and only then keep it. */

import type { LibraryModel, ModelCheck } from '../../../src-main/contract/index.ts';
import { FolderChoice } from '../folders/folder-choice.svelte.ts';

export class BringFlow extends FolderChoice {
  /** What the host said of each check: it may speak before it has answered the request that began one. */
  readonly #news: Record<string, ModelCheck> = {};

  check = $state.raw<ModelCheck | null>(null);

  /** Hears how far the check is, until the returned function is called. */
  follow(): () => void {
    return this.client.on('checking-model', ({ check }) => {
      this.#news[check.id] = check;
      if (this.check?.id === check.id) this.check = check;
    });
  }

  get running(): boolean {
    return this.check?.state === 'running';
  }

  async examine(directory: string): Promise<void> {
    this.path = directory;
    const check = await this.ask(() => this.client.request('models.check', { directory }));
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
    if (this.check && this.running) await this.client.request('models.cancelCheck', { checkId: this.check.id });
  }

  /** Keeps what was checked: as a model of its own, or as the new place of one that is known. */
  async keep(moved: LibraryModel | null): Promise<LibraryModel | undefined> {
    const directory = this.check?.directory ?? this.path;
    return moved
      ? this.ask(() => this.client.request('models.relocate', { modelId: moved.id, directory }))
      : this.ask(() => this.client.request('models.add', { directory }));
  }
}
