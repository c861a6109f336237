/** One model process and the requests that wait for it: started when first needed, started again after a crash. */

import type { QuantizeProgress } from '../../native-models/jobs.ts';
import type { ErrorReport } from '../contract/entities.ts';
import type { ErrorCode } from '../contract/errors.ts';
import { OfficeError } from '../contract/errors.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { type Patience, patienceFor, patienceWith, slownessOf } from './patience.ts';
import type { ModelProcess, StartProcess } from './process.ts';

/** What the lane has to tell the log. Never the content of questions or answers. */
export interface EngineLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Hears how far a model is that is being quantized; null: no more. */
export type HearQuantizing = (progress: QuantizeProgress | null) => void;

export interface LaneOptions {
  readonly name: string;
  readonly entry: string;
  readonly startProcess: StartProcess;
  /** As of `priorities.ts`. */
  readonly priority: number;
  readonly log: EngineLog;
  /** Waits before a restart; tests pass their own. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly onQuantizing: HearQuantizing;
  /** How long a request with this input may say nothing; tests pass their own. */
  readonly patience?: (input: unknown) => Promise<Patience>;
  /** As of `patience.ts`; tests pass their own. */
  readonly slowness?: (startMilliseconds: number) => number;
  /** Milliseconds between two looks at the clock; tests pass their own. */
  readonly lookEvery?: number;
}

/** Milliseconds before the first, second, … restart in a row. A process that answered once begins again at the first. */
export const restartDelays = [0, 500, 2_000, 10_000] as const;

/** How long jobs may take to save when the host closes: whoever shuts a PC down waits no longer. Older saves stay. */
const closeMilliseconds = 8_000;

/** A disk that sleeps, and a virus scanner that reads the libraries first: before it is ready nobody knows how slow the PC is. */
const longestStart = 5 * 60_000;
const lookMilliseconds = 1_000;
/** Looks that came so many times too late were asleep with the whole PC. */
const asleep = 10;

interface Pending {
  readonly message: ToWorker;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: OfficeError) => void;
  readonly onEvent: (event: unknown) => void;
  /** Newest step that a training can be resumed from. */
  savedStep: number;
  paused: boolean;
  patience: Patience;
  /** When it last said something, or was sent, by a clock that nobody sets. */
  heardAt: number;
  /** null: nobody asked it to end. */
  cancelledAt: number | null;
}

export class Lane {
  private readonly options: LaneOptions;
  private readonly pending = new Map<number, Pending>();
  private process: ModelProcess | null = null;
  private ready = false;
  private starting = false;
  private closed = false;
  private crashesInARow = 0;
  private nextId = 1;
  private ended: (() => void) | null = null;
  private idle: (() => void) | null = null;
  private looking: NodeJS.Timeout | null = null;
  private lookedAt = 0;
  private startedAt = 0;
  /** By which every patience is multiplied: as this PC was found to be. */
  private slowness = 1;
  /** Why this process was ended from here. */
  private endReason: string | null = null;

  constructor(options: LaneOptions) {
    this.options = options;
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Sends a request and waits for its value; the id serves to steer it with `tell`. */
  request(
    message: (id: number) => ToWorker,
    onEvent: (event: unknown) => void = () => {},
  ): { readonly id: number; readonly result: Promise<unknown> } {
    const id = this.nextId++;
    const result = new Promise<unknown>((resolve, reject) => {
      if (this.closed) return reject(new OfficeError('engine-unavailable', { reason: 'closed' }));
      const sent = message(id);
      const pending: Pending = {
        ...{ message: sent, resolve, reject, onEvent, savedStep: 0, paused: false },
        ...{ patience: patienceFor(0), heardAt: performance.now(), cancelledAt: null },
      };
      this.pending.set(id, pending);
      void this.measure(pending);
      this.keepLooking();
    });
    if (this.process) this.process.send(message(id));
    else void this.start();
    return { id, result };
  }

  /** Steers a request that still runs; says nothing where it has ended. */
  tell(kind: 'pause' | 'resume' | 'cancel', id: number): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    if (kind === 'cancel') pending.cancelledAt ??= performance.now();
    else pending.paused = kind === 'pause';
    pending.heardAt = performance.now();
    if (this.process) return this.process.send({ kind, id });
    if (kind !== 'cancel') return;
    this.pending.delete(id);
    pending.reject(new OfficeError('cancelled'));
  }

  /** Lets jobs end between two micro-batches, so that they can save; then ends the process and rejects what still waits. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { process } = this;
    if (!process) return this.rejectAll('engine-unavailable', 'closed');
    const gone = new Promise<void>((resolve) => (this.ended = resolve));
    for (const [id, { message }] of this.pending) if (message.kind === 'start') process.send({ kind: 'cancel', id });
    const idle = new Promise<void>((resolve) => (this.idle = resolve));
    if (this.pending.size > 0) await Promise.race([idle, gone, this.options.wait(closeMilliseconds)]);
    this.process?.kill();
    await gone;
  }

  private async measure(pending: Pending): Promise<void> {
    const { message } = pending;
    const { patience = patienceWith } = this.options;
    pending.patience = await patience('input' in message ? message.input : null);
  }

  /** As long as something waits. */
  private keepLooking(): void {
    if (this.looking !== null) return;
    this.lookedAt = performance.now();
    this.looking = setInterval(() => this.look(), this.options.lookEvery ?? lookMilliseconds);
    this.looking.unref();
  }

  /** Ends the process where a request has been silent for too long, or does not end although it was asked to. */
  private look(): void {
    const now = performance.now();
    const late = now - this.lookedAt > asleep * (this.options.lookEvery ?? lookMilliseconds);
    this.lookedAt = now;
    const waiting = [...this.pending.values()];
    if (waiting.length === 0) {
      if (this.looking !== null) clearInterval(this.looking);
      this.looking = null;
      return;
    }
    // The whole PC slept, or this host was held up itself: nobody could have answered.
    if (late || !this.process) for (const pending of waiting) pending.heardAt = now;
    if (late) for (const pending of waiting) pending.cancelledAt &&= now;
    // What started while the PC slept is not slow.
    if (late && !this.ready) this.startedAt = now;
    // Whoever waits for another's arithmetic is as patient as that one needs.
    const patient = this.slowness * Math.max(...waiting.map((each) => each.patience.silence));
    const silence = this.ready ? patient : Math.max(patient, longestStart);
    const graceOf = ({ patience }: Pending) => this.slowness * patience.grace;
    const silent = waiting.find(({ paused, heardAt }) => !paused && now - heardAt > silence);
    const unheeded = waiting.find((each) => each.cancelledAt !== null && now - each.cancelledAt > graceOf(each));
    if (unheeded) this.end(`a cancelled job did not end within ${inWords(graceOf(unheeded))}`);
    else if (silent) this.end(`no answer within ${inWords(silence)}`);
  }

  private end(reason: string): void {
    if (!this.process || this.endReason !== null) return;
    this.endReason = reason;
    this.process.kill();
  }

  private async start(): Promise<void> {
    if (this.starting || this.closed) return;
    this.starting = true;
    const delay = restartDelays[Math.min(this.crashesInARow, restartDelays.length) - 1] ?? 0;
    if (delay > 0) await this.options.wait(delay);
    this.starting = false;
    if (this.closed) return this.rejectAll('engine-unavailable', 'closed');
    if (this.pending.size === 0) return;
    const { name, entry, log, priority } = this.options;
    this.ready = false;
    try {
      const said = (text: string) => log.info({ lane: name, text }, 'model process says');
      const process = this.options.startProcess(entry, said, priority);
      this.process = process;
      this.startedAt = performance.now();
      process.onMessage((message) => this.receive(message));
      process.onExit((reason) => this.exited(reason));
      log.info({ lane: name, pid: process.pid }, 'model process started');
      for (const [id, pending] of this.pending) {
        const { message, paused } = pending;
        pending.heardAt = performance.now();
        process.send(message);
        if (paused) process.send({ kind: 'pause', id });
      }
    } catch (error) {
      this.exited((error as Error).message);
    }
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'ready') {
      this.ready = true;
      this.slowness = (this.options.slowness ?? slownessOf)(performance.now() - this.startedAt);
      return;
    }
    if (message.kind === 'quantizing') return this.options.onQuantizing(message.progress);
    const pending = this.pending.get(message.id);
    if (!pending) return;
    pending.heardAt = performance.now();
    if (message.kind === 'event') {
      pending.savedStep = savedStepAfter(pending.savedStep, message.event);
      pending.onEvent(message.event);
      return;
    }
    this.crashesInARow = 0;
    this.pending.delete(message.id);
    if (this.pending.size === 0) this.idle?.();
    if (message.kind === 'value') return pending.resolve(message.value);
    // Nobody asked for this cancel: the host is going, so for the office the work was interrupted.
    if (this.closed) return pending.reject(crashed('closed', pending.savedStep));
    if (message.error.code !== 'cancelled') {
      this.options.log.error(
        { lane: this.options.name, code: message.error.code, detail: message.detail },
        'model work failed',
      );
    }
    pending.reject(asOfficeError(message.error));
  }

  private exited(found: string): void {
    const { ready } = this;
    const reason = this.endReason ?? found;
    this.endReason = null;
    this.process = null;
    this.ready = false;
    this.options.onQuantizing(null);
    if (!this.closed) {
      this.crashesInARow += 1;
      this.options.log.error({ lane: this.options.name, reason }, 'model process ended');
    }
    // A process that never came up will not come up for the same request again: say so instead of trying for ever.
    this.rejectAll(ready ? 'engine-crashed' : 'engine-unavailable', this.closed ? 'closed' : reason);
    this.ended?.();
  }

  private rejectAll(code: 'engine-crashed' | 'engine-unavailable', reason: string): void {
    const waiting = [...this.pending.values()];
    this.pending.clear();
    for (const { reject, savedStep, cancelledAt } of waiting) {
      if (cancelledAt !== null && !this.closed) reject(new OfficeError('cancelled'));
      else reject(code === 'engine-crashed' ? crashed(reason, savedStep) : new OfficeError(code, { reason }));
    }
  }
}

const inWords = (milliseconds: number): string =>
  milliseconds < 120_000
    ? `${Math.round(milliseconds / 1000)} seconds`
    : `${Math.round(milliseconds / 60_000)} minutes`;

/** Training events that name a step which survives: a checkpoint, or the one a run was resumed from. */
function savedStepAfter(before: number, event: unknown): number {
  const { kind, step, resumedAtStep } = event as { kind?: string; step?: number; resumedAtStep?: number };
  if (kind === 'checkpoint') return step ?? before;
  if (kind === 'prepared') return resumedAtStep ?? before;
  return before;
}

function crashed(reason: string, step: number): OfficeError {
  return new OfficeError('engine-crashed', { reason, step });
}

function asOfficeError({ code, values }: ErrorReport): OfficeError {
  return new OfficeError(code as ErrorCode, values);
}
