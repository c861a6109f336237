/** Follows one running training: its row, its metrics in batches, and what the windows hear of it. */

import type { RunMetric, TrainingRun, ValidationMetric } from '../contract/entities.ts';
import { moveRun } from '../domain/runs.ts';
import type { EngineJobs } from '../engine/engine.ts';
import type { Context } from './context.ts';

type TrainEvent = EngineJobs['train']['event'];

/** Milliseconds between two writes while steps come in faster than anybody can read. */
const batchMilliseconds = 250;

export class TrainingWatch {
  private readonly context: Context;
  private metrics: RunMetric[] = [];
  private validation: ValidationMetric[] = [];
  private writtenAt = 0;
  run: TrainingRun;

  constructor(context: Context, run: TrainingRun) {
    this.context = context;
    this.run = run;
  }

  receive(event: TrainEvent): void {
    switch (event.kind) {
      case 'prepared':
        return this.prepared(event);
      case 'step':
        return this.stepped(event);
      case 'validation':
        this.validation.push({ step: event.step, loss: event.loss });
        return this.write();
      case 'checkpoint':
        this.run = { ...this.run, checkpointStep: event.step };
        return this.write();
      case 'device-fallback': {
        const { kind: _, ...deviceFallback } = event;
        const { from, to, reason, detail } = deviceFallback;
        const happening = {
          kind: 'run.device-fallback',
          subject: String(this.run.number),
          values: { from, to, reason, detail },
        } as const;
        this.run = { ...this.run, device: to, deviceFallback };
        this.context.change([], happening, () => this.keep());
        return this.announce();
      }
      case 'micro-batch-reduced': {
        const { from, to, reason } = event;
        const happening = {
          kind: 'run.micro-batch-reduced',
          subject: String(this.run.number),
          values: { from, to, reason },
        } as const;
        this.run = { ...this.run, microBatch: to };
        return this.context.change([], happening, () => this.keep());
      }
    }
  }

  /** Puts what is known on disk and tells the windows. @throws OfficeError disk-full; the batch stays for the next write. */
  write(): void {
    this.context.store.transaction(() => this.keep());
    this.announce();
  }

  /** Tells the windows what was kept. */
  announce(): void {
    const { run, metrics, validation } = this;
    this.metrics = [];
    this.validation = [];
    this.writtenAt = this.context.clock().getTime();
    this.context.publish({ kind: 'training', run, metrics, validation });
  }

  /** Inside a transaction of the caller. */
  keep(): void {
    this.context.store.runs.save(this.run);
    this.context.store.runs.addMetrics(this.run.id, this.metrics, this.validation);
  }

  private prepared({ steps, resumedAtStep, device, microBatch }: Extract<TrainEvent, { kind: 'prepared' }>): void {
    // A run that was paused before it began stays paused.
    const run = this.run.state === 'waiting' ? moveRun(this.run, 'running') : this.run;
    this.run = { ...run, steps, step: resumedAtStep, checkpointStep: resumedAtStep, device, microBatch };
    this.context.store.runs.dropMetricsAfter(run.id, resumedAtStep);
    this.write();
  }

  private stepped(event: Extract<TrainEvent, { kind: 'step' }>): void {
    const { step, steps, epoch, loss, gradNorm, learningRate, tokensPerSecond, residentBytes, secondsLeft } = event;
    this.metrics.push({ step, epoch, loss, gradNorm, learningRate });
    this.run = { ...this.run, step, steps, tokensPerSecond, residentBytes: Math.round(residentBytes), secondsLeft };
    if (this.context.clock().getTime() - this.writtenAt >= batchMilliseconds) this.write();
  }
}
