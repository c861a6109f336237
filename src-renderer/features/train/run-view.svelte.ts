/** One run as it stands: read from the host once, then carried on by its events. A reload of the page changes nothing. */

import type { AppEvent, RunDetail } from '../../../src-main/contract/index.ts';
import type { Client } from '../../lib/client.ts';
import { live } from '../../lib/live.svelte.ts';
import type { LiveQuery } from '../../lib/live.svelte.ts';

type TrainingEvent = Extract<AppEvent, { kind: 'training' }>;

/** What an event adds. A resumed run repeats steps after its checkpoint: the newer ones stand. */
export function carryOn(detail: RunDetail, event: TrainingEvent): RunDetail {
  if (event.run.id !== detail.id) return detail;
  return {
    ...event.run,
    metrics: joined(detail.metrics, event.metrics),
    validation: joined(detail.validation, event.validation),
  };
}

function joined<Metric extends { readonly step: number }>(
  old: readonly Metric[],
  added: readonly Metric[],
): readonly Metric[] {
  const first = added[0]?.step;
  if (first === undefined) return old;
  return [...old.filter((metric) => metric.step < first), ...added];
}

export class RunView {
  readonly #query: LiveQuery<'training.get'>;

  /** Lives as long as the component that creates it. */
  constructor(client: Client, runId: () => string | null) {
    const query = live(client, 'training.get', () => {
      const id = runId();
      return id === null ? null : { runId: id };
    });
    this.#query = query;
    $effect(() =>
      client.on('training', (event) => {
        if (query.value) query.value = carryOn(query.value, event);
      }),
    );
  }

  get detail(): RunDetail | undefined {
    return this.#query.value;
  }

  get error() {
    return this.#query.error;
  }
}
