/** Follows one running training: its row, its metrics in batches, and what the windows hear of it. */

import type { MemoryShortage, RunMetric, StepWay, TrainingRun, ValidationMetric } from '../contract/entities.ts';
import { moveRun } from '../domain/runs.ts';
import type { Context } from './context.ts';
import type { TrainingEvent } from './start-training.ts';

/** Milliseconds between two writes while steps come in faster than anybody can read. */
const batchMilliseconds = 250;

type Happening = Parameters<Context['change']>[1];

export class TrainingWatch {
  private readonly context: Context;
  private metrics: RunMetric[] = [];
  private validation: ValidationMetric[] = [];
  private writtenAt = 0;
  private way: StepWay = { mapped: false, recompute: 'none' };
  run: TrainingRun;

  constructor(context: Context, run: TrainingRun) {
    this.context = context;
    this.run = run;
  }

  receive(event: TrainingEvent): void {
    switch (event.kind) {
      case 'prepared':
        return this.prepared(event);
      case 'step':
        return this.stepped(event);
      case 'validation':
        this.validation.push({ step: event.step, loss: event.loss, right: event.right, of: event.of });
        return this.write();
      case 'settling':
        this.run = {
          ...this.run,
          ...{ steps: event.step + event.steps, settlingFrom: event.step, settlingReason: event.reason },
        };
        return this.write();
      case 'checkpoint':
        this.run = { ...this.run, checkpointStep: event.step };
        return this.write();
      case 'checkpoint-passed-over': {
        const { path, reason } = event;
        return this.context.change([], this.happening('run.checkpoint-passed-over', { path, reason }), () => undefined);
      }
      case 'device-fallback': {
        const { kind: _, ...deviceFallback } = event;
        const { from, to, reason, detail } = deviceFallback;
        const happening = this.happening('run.device-fallback', { from, to, reason, detail });
        this.run = { ...this.run, device: to, deviceFallback };
        this.context.change([], happening, () => this.keep());
        return this.announce();
      }
      case 'micro-batch-reduced': {
        const { from, to, reason } = event;
        return this.shortOfMemory({ microBatch: to }, this.happening('run.micro-batch-reduced', { from, to, reason }));
      }
      case 'way-changed': {
        const { from, to, reason } = event;
        const values = { from: wayCode(from), to: wayCode(to), reason };
        return this.shortOfMemory({ way: to }, this.happening('run.way-changed', values));
      }
      case 'restarted': {
        const { reason, needed, limit } = event;
        const values = { reason, needed: Math.round(needed), limit: Math.round(limit) };
        return this.shortOfMemory({ restarted: true }, this.happening('run.restarted', values));
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

  private happening(kind: Happening['kind'], values: NonNullable<Happening['values']>): Happening {
    return { kind, subject: String(this.run.number), values };
  }

  /** Says what the run does from now on, so that nobody wonders why it became slower. */
  private shortOfMemory(change: Partial<MemoryShortage>, happening: Happening): void {
    const { memoryShortage, microBatch } = this.run;
    const before = memoryShortage ?? { way: this.way, microBatch: microBatch ?? 1, restarted: false };
    const now = { ...before, ...change };
    this.run = { ...this.run, microBatch: now.microBatch, memoryShortage: now };
    this.context.change([], happening, () => this.keep());
    this.announce();
  }

  private prepared({
    steps,
    resumedAtStep,
    device,
    microBatch,
    way,
  }: Extract<TrainingEvent, { kind: 'prepared' }>): void {
    // A run that was paused before it began stays paused.
    const run = this.run.state === 'waiting' ? moveRun(this.run, 'running') : this.run;
    // Resumed from before it began to settle, it learns again.
    const settles = run.settlingFrom !== null && run.settlingFrom <= resumedAtStep;
    const learning = settles ? {} : { settlingFrom: null, settlingReason: null };
    this.run = { ...run, ...learning, steps, step: resumedAtStep, checkpointStep: resumedAtStep, device, microBatch };
    this.way = way;
    const { memoryShortage } = this.run;
    if (memoryShortage) this.run = { ...this.run, memoryShortage: { ...memoryShortage, way, microBatch } };
    this.context.store.runs.dropMetricsAfter(run.id, resumedAtStep);
    this.write();
  }

  private stepped(event: Extract<TrainingEvent, { kind: 'step' }>): void {
    const { step, steps, epoch, loss, gradNorm, learningRate, tokensPerSecond, residentBytes, secondsLeft } = event;
    this.metrics.push({ step, epoch, loss, gradNorm, learningRate });
    this.run = { ...this.run, step, steps, tokensPerSecond, residentBytes: Math.round(residentBytes), secondsLeft };
    const elapsed = this.context.clock().getTime() - this.writtenAt;
    // A clock that was set back says nothing of how long it was.
    if (elapsed >= batchMilliseconds || elapsed < 0) this.write();
  }
}

/** A way in one word or two, for the journal. */
const wayCode = ({ mapped, recompute }: StepWay): string =>
  [mapped ? 'mapped' : 'packed', ...(recompute === 'layers' ? ['recomputed'] : [])].join(', ');
