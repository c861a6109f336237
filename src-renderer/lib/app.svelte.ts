/** What every screen needs: the client, the host's status, and whether the host can be heard. Handed down by context. */

import { createContext } from 'svelte';
import type { QuantizeProgress, RequestInput } from '../../src-main/contract/index.ts';
import { Action } from './action.svelte.ts';
import type { Client } from './client.ts';
import { live } from './live.svelte.ts';
import type { LiveQuery } from './live.svelte.ts';
import { t, translator } from './i18n.svelte.ts';
import { toasts } from './toasts.svelte.ts';
import { windowProject } from './window-project.ts';

export class App {
  readonly client: Client;
  readonly statusQuery: LiveQuery<'app.status'>;
  readonly #projects: LiveQuery<'projects.list'>;
  readonly #routes: LiveQuery<'routes.list'>;
  readonly revertAction: Action<'releases.revert'>;
  /** False while the way to the host is broken. */
  connected = $state(true);
  #quantizing = $state.raw<QuantizeProgress | null>(null);

  constructor(client: Client) {
    this.client = client;
    this.statusQuery = live(client, 'app.status', () => ({}));
    this.#projects = live(client, 'projects.list', () => ({}));
    this.#routes = live(client, 'routes.list', () => ({}));
    this.revertAction = new Action(client, 'releases.revert');
    $effect(() =>
      client.listen((signal) => {
        if (signal.kind === 'event') {
          if (signal.event.kind === 'quantizing') this.#quantizing = signal.event.progress;
          return;
        }
        this.#quantizing = null;
        this.connected = signal.kind === 'restored';
        // The status says why: a host that no longer knows this window cannot be waited for.
        if (signal.kind === 'lost') void this.statusQuery.ask({});
      }),
    );
  }

  get status() {
    return this.statusQuery.value;
  }

  /** The departments of this data folder; undefined until they are known. */
  get projects() {
    return this.#projects.value;
  }

  /** The one that this window shows, as the list names it. */
  get project() {
    return this.projects?.find(({ id }) => id === windowProject);
  }

  /** Another department that is at what only one can be at. */
  get atWorkElsewhere() {
    return this.projects?.find(({ id, work }) => id !== windowProject && work !== null);
  }

  /** Whether an adapter answers now. */
  get adapterServes(): boolean {
    return this.status?.release?.adapterId != null;
  }

  /** Whether a candidate answers somebody, seen or unseen, while something else answers the others. */
  get rolloutRuns(): boolean {
    return ['shadow', 'canary', 'full'].includes(this.status?.rollout ?? '');
  }

  /** Whether there is anything to go back from. */
  get canRevert(): boolean {
    return this.adapterServes || this.rolloutRuns;
  }

  /** Each with what it serves; undefined until they are known. */
  get routes() {
    return this.#routes.value;
  }

  /** Whether any route has something to go back from, or back to. */
  get canGoBack(): boolean {
    return this.canRevert || (this.routes ?? []).some(({ release, state }) => release !== null || state !== null);
  }

  /** What whoever waits for a model reads while it is being quantized first; undefined: it is not. */
  get quantizing(): string | undefined {
    const progress = this.#quantizing;
    if (!progress) return undefined;
    return t('precision.quantizing', { ...progress, precision: t(`precision.${progress.precision}`) });
  }

  /** One click, no question asked: going back must never wait. @param to of which route (left out: the standard one) and where to (left out: the original) */
  async revert(to: RequestInput<'releases.revert'> = {}): Promise<void> {
    const release = await this.revertAction.run(to);
    if (release) {
      const milliseconds = Math.ceil(release.milliseconds);
      const done = release.baseIdentical ? 'revert.doneIdentical' : 'revert.done';
      toasts.show(t(release.adapterId === null ? done : 'revert.doneTo', { milliseconds, name: release.adapterName }));
    } else if (this.revertAction.error) {
      toasts.show(translator.error(this.revertAction.error), 'halt');
    }
  }
}

export const [getApp, setApp] = createContext<App>();
