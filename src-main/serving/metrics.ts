/** What the endpoint tells Prometheus: https://prometheus.io/docs/practices/naming/ */

import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { QueueState } from './queue.ts';

const seconds = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export interface Metrics {
  /** One request has ended, by its path and HTTP status. */
  requested(path: string, status: number): void;
  /** One request was answered. Times in seconds from its arrival. */
  answered(answer: {
    readonly model: string;
    readonly promptTokens: number;
    readonly answerTokens: number;
    readonly firstSeconds: number;
    readonly seconds: number;
    readonly kept: { readonly adapterBytes: number; readonly textBytes: number };
  }): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export function createMetrics(queue: () => QueueState): Metrics {
  const registers = [new Registry()];
  const registry = registers[0]!;
  const requests = new Counter({
    name: 'usumaku_requests_total',
    help: 'Requests by path and HTTP status',
    labelNames: ['path', 'status'],
    registers,
  });
  const tokens = new Counter({
    name: 'usumaku_tokens_total',
    help: 'Tokens read of prompts and written as answers',
    labelNames: ['model', 'kind'],
    registers,
  });
  const first = new Histogram({
    name: 'usumaku_first_token_seconds',
    help: 'From a request to the first piece of its answer',
    labelNames: ['model'],
    buckets: seconds,
    registers,
  });
  const whole = new Histogram({
    name: 'usumaku_answer_seconds',
    help: 'From a request to the end of its answer',
    labelNames: ['model'],
    buckets: seconds,
    registers,
  });
  const kept = new Gauge({
    name: 'usumaku_kept_bytes',
    help: 'Memory of what is kept for the next answers: adapters, and beginnings of texts',
    labelNames: ['kind'],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(read());
      },
    });
  gauge('usumaku_outstanding_answers', 'Answers that are being given or wait', () => queue().outstanding);
  gauge('usumaku_outstanding_answers_limit', 'Answers at once at most', () => queue().most);
  return {
    requested: (path, status) => requests.inc({ path, status }),
    answered(answer) {
      const { model } = answer;
      tokens.inc({ model, kind: 'prompt' }, answer.promptTokens);
      tokens.inc({ model, kind: 'answer' }, answer.answerTokens);
      first.observe({ model }, answer.firstSeconds);
      whole.observe({ model }, answer.seconds);
      kept.set({ kind: 'adapters' }, answer.kept.adapterBytes);
      kept.set({ kind: 'texts' }, answer.kept.textBytes);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
