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
  readonly #revert: Action<'releases.revert'>;
  readonly #proveBase: Action<'releases.proveBase'>;
  /** False while the way to the host is broken. */
  connected = $state(true);
  #quantizing = $state.raw<QuantizeProgress | null>(null);

  constructor(client: Client) {
    this.client = client;
    this.statusQuery = live(client, 'app.status', () => ({}));
    this.#projects = live(client, 'projects.list', () => ({}));
    this.#routes = live(client, 'routes.list', () => ({}));
    this.#revert = new Action(client, 'releases.revert');
    this.#proveBase = new Action(client, 'releases.proveBase');
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

  /** Whether there is anything to go back from on the standard route: a halted rollout waits to go on. */
  get canRevert(): boolean {
    return this.adapterServes || this.rolloutRuns || this.status?.rollout === 'halted';
  }

  /** A revert is under way, or the proof of the base where there was nothing to take off. */
  get reverting(): boolean {
    return this.#revert.busy || this.#proveBase.busy;
  }

  /** Each with what it serves; undefined until they are known. */
  get routes() {
    return this.#routes.value;
  }

  /** What whoever waits for a model reads while it is being quantized first; undefined: it is not. */
  get quantizing(): string | undefined {
    const progress = this.#quantizing;
    if (!progress) return undefined;
    return t('precision.quantizing', { ...progress, precision: t(`precision.${progress.precision}`) });
  }

  /** One click, no question asked: going back must never wait. @param to of which route (left out: the standard one) and where to (left out: the original) */
  async revert(to: RequestInput<'releases.revert'> = {}): Promise<void> {
    const release = await this.#revert.run(to);
    if (release) {
      const { adapterId, adapterName: name, baseIdentical } = release;
      const values = { milliseconds: Math.ceil(release.milliseconds), name };
      if (baseIdentical === false) return toasts.show(t('revert.doneDifferent', values), 'halt');
      const done = baseIdentical ? 'revert.doneIdentical' : 'revert.done';
      toasts.show(t(adapterId === null ? done : 'revert.doneTo', values));
    } else if (this.#revert.error?.code === 'release-none') await this.#showBase(to.route);
    else if (this.#revert.error) toasts.show(translator.error(this.#revert.error), 'halt');
  }

  /** Nothing lies over the base: then it is shown that it is what it was. */
  async #showBase(route: string | undefined): Promise<void> {
    const check = await this.#proveBase.run({ route });
    if (!check) {
      if (this.#proveBase.error) toasts.show(translator.error(this.#proveBase.error), 'halt');
    } else if (check.baseIdentical === false) toasts.show(t('revert.nothingDifferent'), 'halt');
    else if (check.baseIdentical) toasts.show(t('revert.nothingIdentical'));
    else toasts.show(t(check.baseProbe === null ? 'revert.nothingOpen' : 'revert.nothingFirst'));
  }
}

export const [getApp, setApp] = createContext<App>();
