/** The list of examples on screen: which page of which search, and what is done to single rows. */

import type { Example, RequestInput } from '../../../src-main/contract/index.ts';
import type { Client } from '../../lib/client.ts';
import { t, translator } from '../../lib/i18n.svelte.ts';
import { keepDraftOf, restoreDraft } from '../../lib/drafts.svelte.ts';
import { toasts } from '../../lib/toasts.svelte.ts';

export const pageSize = 25;

export class ExampleList {
  readonly #client: Client;
  search = $state('');
  page = $state(0);
  /** The row that is being edited. */
  editing = $state<string | null>(null);

  constructor(client: Client) {
    this.#client = client;
    const { search, page, editing } = restoreDraft('examples', {
      search: '',
      page: 0,
      editing: null as string | null,
    });
    Object.assign(this, { search, page, editing });
  }

  /** A reload comes back to the same page, with the same row being edited. To be called while a component is set up. */
  keep(): void {
    keepDraftOf('examples', () => ({ search: this.search, page: this.page, editing: this.editing }));
  }

  get input(): RequestInput<'examples.list'> {
    return { search: this.search, offset: this.page * pageSize, limit: pageSize };
  }

  find(text: string): void {
    this.search = text;
    this.page = 0;
  }

  /** Steps back when the last row of the last page has gone. */
  fit(total: number): void {
    const last = Math.max(0, Math.ceil(total / pageSize) - 1);
    if (this.page > last) this.page = last;
  }

  /** Deletes at once and offers to bring it back. */
  async remove(example: Example): Promise<void> {
    const reply = await this.#client.request('examples.delete', { ids: [example.id] });
    if (!reply.ok) return toasts.show(translator.error(reply.error), 'halt');
    toasts.show(t('examples.deleted'), 'go', { label: t('action.undo'), run: () => void this.#bringBack(example) });
  }

  async #bringBack({ question, answer, category, split }: Example): Promise<void> {
    const reply = await this.#client.request('examples.add', { question, answer, category, split });
    if (!reply.ok) toasts.show(translator.error(reply.error), 'halt');
  }
}

/** The examples with these ids, looked for page by page. */
export async function examplesById(client: Client, ids: readonly string[]): Promise<readonly Example[]> {
  const found: Example[] = [];
  for (let offset = 0; found.length < ids.length; offset += 1000) {
    const reply = await client.request('examples.list', { search: '', offset, limit: 1000 });
    if (!reply.ok || reply.value.examples.length === 0) break;
    found.push(...reply.value.examples.filter((example) => ids.includes(example.id)));
  }
  return found;
}
