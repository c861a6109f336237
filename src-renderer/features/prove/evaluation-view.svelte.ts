/** One evaluation as it stands: read from the host, its progress carried on by events. */

import type { AppEvent, EvaluationDetail } from '../../../src-main/contract/index.ts';
import type { Client } from '../../lib/client.ts';
import { live } from '../../lib/live.svelte.ts';
import type { LiveQuery } from '../../lib/live.svelte.ts';

type EvaluatingEvent = Extract<AppEvent, { kind: 'evaluating' }>;

/** Answers come with the end, by asking again; an event only moves the progress. */
export function carryOn(detail: EvaluationDetail, event: EvaluatingEvent): EvaluationDetail {
  return event.evaluation.id === detail.id
    ? { ...event.evaluation, items: detail.items, diagnoses: detail.diagnoses, rerun: detail.rerun }
    : detail;
}

export class EvaluationView {
  readonly #query: LiveQuery<'evaluations.get'>;

  /** Lives as long as the component that creates it. */
  constructor(client: Client, evaluationId: () => string | null) {
    const query = live(client, 'evaluations.get', () => {
      const id = evaluationId();
      return id === null ? null : { evaluationId: id };
    });
    this.#query = query;
    $effect(() =>
      client.on('evaluating', (event) => {
        if (query.value) query.value = carryOn(query.value, event);
      }),
    );
  }

  get detail(): EvaluationDetail | undefined {
    return this.#query.value;
  }

  get error() {
    return this.#query.error;
  }
}
