/** Bringing in a table: what was read, which column is which, what cannot be used, and what was kept in the end. */

import type {
  ColumnMapping,
  ErrorCode,
  ErrorReport,
  ImportCheck,
  ImportPreview,
  ImportResult,
  Reply,
  RequestInput,
} from '../../../src-main/contract/index.ts';
import type { Client } from '../../lib/client.ts';

export class ImportFlow {
  readonly #client: Client;
  /** Counts checks, so that a late one for an old mapping is dropped. */
  #checks = 0;

  preview = $state.raw<ImportPreview | null>(null);
  mapping = $state.raw<ColumnMapping>({ question: null, answer: null, category: null });
  check = $state.raw<ImportCheck | null>(null);
  result = $state.raw<ImportResult | null>(null);
  error = $state.raw<ErrorReport | null>(null);
  busy = $state(false);

  constructor(client: Client) {
    this.#client = client;
  }

  get mapped(): boolean {
    return this.mapping.question !== null && this.mapping.answer !== null;
  }

  async open(source: RequestInput<'import.preview'>): Promise<void> {
    this.busy = true;
    this.error = null;
    await this.#show(await this.#client.request('import.preview', source));
  }

  /** Says of a file that it is not even sent. */
  refuse(code: ErrorCode, values: ErrorReport['values']): void {
    this.error = { code, values };
  }

  /** Reads the file again: another sheet, or other headings. */
  async choose(choice: Omit<RequestInput<'import.choose'>, 'importId'>): Promise<void> {
    if (!this.preview || this.busy) return;
    this.busy = true;
    this.error = null;
    await this.#show(await this.#client.request('import.choose', { importId: this.preview.importId, ...choice }));
  }

  async #show(reply: Reply<'import.preview'>): Promise<void> {
    this.busy = false;
    if (!reply.ok) {
      this.error = reply.error;
      return;
    }
    this.preview = reply.value;
    await this.map(reply.value.mapping);
  }

  /** Says which column is which; the rows are checked against it at once. */
  async map(change: Partial<ColumnMapping>): Promise<void> {
    this.mapping = { ...this.mapping, ...change };
    this.check = null;
    this.error = null;
    const turn = ++this.#checks;
    if (!this.preview || !this.mapped) return;
    const reply = await this.#client.request('import.check', {
      importId: this.preview.importId,
      mapping: this.mapping,
    });
    if (turn !== this.#checks) return;
    if (reply.ok) this.check = reply.value;
    else this.error = reply.error;
  }

  /** Keeps every row, or (`skipInvalid`) only those that can be used. */
  async commit(skipInvalid: boolean): Promise<void> {
    if (!this.preview || this.busy) return;
    this.busy = true;
    this.error = null;
    const reply = await this.#client.request('import.commit', {
      importId: this.preview.importId,
      mapping: this.mapping,
      skipInvalid,
    });
    this.busy = false;
    if (reply.ok) this.result = reply.value;
    else this.error = reply.error;
  }

  /** Back to choosing. */
  reset(): void {
    this.#checks++;
    this.preview = null;
    this.check = null;
    this.error = null;
  }
}

/** The bytes of a file as base64, in slices that fit a function call's arguments. */
export async function toBase64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const slice = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.length; at += slice) text += String.fromCharCode(...bytes.subarray(at, at + slice));
  return btoa(text);
}
