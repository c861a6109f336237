/** The steps of a run with their validations and checkpoints: on one device, and on the CPU once that has failed. */

import { ModelError } from '../errors.ts';
import type { Device, JobControl, TrainEvent } from '../jobs.ts';
import { DeviceFailure } from '../runtime/fallback.ts';
import type { Sequence } from './batch.ts';
import { type CheckpointState, saveCheckpoint } from './checkpoint.ts';
import { packRows, type Schedule } from './examples.ts';
import { runLoop, type StepReport } from './loop.ts';
import { median } from './median.ts';
import { openRunSessions, type RunGraphs, type RunSessions } from './run-sessions.ts';
import { learningRateAt } from './schedule.ts';
import { meanLoss } from './validation.ts';

export interface TrainHooks {
  readonly control: JobControl;
  readonly onEvent: (event: TrainEvent) => void;
}

export interface RunSetup extends RunGraphs {
  readonly schedule: Schedule;
  /** Empty where there is none. */
  readonly validation: readonly Sequence[];
  /** What the event `prepared` says beside device and step. */
  readonly facts: Omit<Extract<TrainEvent, { kind: 'prepared' }>, 'kind' | 'resumedAtStep' | 'device'>;
}

/** Validation losses that a run computes at most. */
export const largestValidations = 12;

export class Run {
  readonly #setup: RunSetup;
  readonly #hooks: TrainHooks;
  #state: CheckpointState;
  /** The last state whose values and moments lie in memory: what a GPU that fails leaves of the run. */
  #inMemory: CheckpointState;
  #savedStep: number;
  #peakBytes = process.memoryUsage.rss();

  /** @param state where the method's parameters stand */
  constructor(setup: RunSetup, hooks: TrainHooks, state: CheckpointState) {
    this.#setup = setup;
    this.#hooks = hooks;
    this.#state = state;
    this.#inMemory = state;
    this.#savedStep = state.step;
  }

  /** Where the run stands. */
  get state(): CheckpointState {
    return this.#state;
  }

  /** Most that the process held after a step. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  /** Computes all steps that are left, and returns the device of the last one. */
  async complete(): Promise<Device> {
    const { device } = this.#setup.job;
    try {
      await this.#completeOn(device);
      return device;
    } catch (error) {
      if (!(error instanceof DeviceFailure)) throw error;
      const { fallback } = error;
      this.#state = this.#inMemory;
      this.#hooks.onEvent({ kind: 'device-fallback', ...fallback, step: this.#state.step });
      await this.#completeOn(fallback.to);
      return fallback.to;
    }
  }

  async #completeOn(device: Device): Promise<void> {
    const { job, method, schedule, facts } = this.#setup;
    const { control, onEvent } = this.#hooks;
    const sessions = await openRunSessions(device, this.#setup, onEvent);
    const { optimizer, microBatch } = sessions;
    const recent: number[] = [];
    try {
      onEvent({ kind: 'prepared', ...facts, resumedAtStep: this.#state.step, device });
      if (this.#state.step === 0) await this.#validate(sessions);
      await runLoop(
        {
          optimizer,
          steps: schedule.steps,
          startStep: this.#state.step,
          rowsAt: schedule.rowsAt,
          extraFeeds: method.extraFeeds,
          learningRateAt: (step) => learningRateAt(step, schedule.steps, job.settings),
          microBatch,
        },
        { control, onStep: (report) => this.#onStep(report, sessions, recent) },
      );
      await this.#save(sessions);
    } catch (error) {
      // Whoever stops a run keeps what it learned.
      if (error instanceof ModelError && error.code !== 'disk-full') await this.#save(sessions);
      throw error;
    } finally {
      await sessions.close();
    }
  }

  /** @param recent seconds of the last steps on this device */
  async #onStep(report: StepReport, sessions: RunSessions, recent: number[]): Promise<void> {
    const { job, schedule } = this.#setup;
    const { step, loss, gradNorm, learningRate, tokens, seconds } = report;
    const { identity, firstLoss } = this.#state;
    this.#state = {
      step,
      identity,
      firstLoss: Number.isNaN(firstLoss) ? loss : firstLoss,
      lastLoss: loss,
      seconds: this.#state.seconds + seconds,
    };
    if (sessions.optimizer.inMemory) this.#inMemory = this.#state;
    const residentBytes = process.memoryUsage.rss();
    this.#peakBytes = Math.max(this.#peakBytes, residentBytes);
    recent.push(seconds);
    if (recent.length > 20) recent.shift();
    this.#hooks.onEvent({
      kind: 'step',
      step,
      steps: schedule.steps,
      epoch: schedule.epochAt(step),
      loss,
      gradNorm,
      learningRate,
      tokensPerSecond: tokens / seconds,
      residentBytes,
      // The median of the last steps: the first two of a session are slow and would mislead.
      secondsLeft: (schedule.steps - step) * median(recent),
    });
    const isLast = step === schedule.steps;
    const validationEvery = schedule.stepsPerEpoch * Math.ceil(job.settings.epochs / largestValidations);
    if (step % validationEvery === 0 || isLast) await this.#validate(sessions);
    if (step % job.settings.checkpointEverySteps === 0 || isLast) await this.#save(sessions);
  }

  async #validate({ lossSession, microBatch, optimizer }: RunSessions): Promise<void> {
    const { method, validation } = this.#setup;
    const { control, onEvent } = this.#hooks;
    if (!lossSession) return;
    await this.#readBack(optimizer);
    const rows = packRows(validation);
    const loss = await microBatch.over(rows, (size) => meanLoss(lossSession, method.parameters, rows, size, control));
    onEvent({ kind: 'validation', step: this.#state.step, loss });
  }

  async #save({ optimizer }: RunSessions): Promise<void> {
    const { job, method } = this.#setup;
    const { step } = this.#state;
    if (step === this.#savedStep) return;
    await this.#readBack(optimizer);
    const path = await saveCheckpoint(job.outputDirectory, this.#state, method.parameters);
    this.#savedStep = step;
    this.#hooks.onEvent({ kind: 'checkpoint', step, path });
  }

  async #readBack(optimizer: RunSessions['optimizer']): Promise<void> {
    await optimizer.readBack();
    this.#inMemory = this.#state;
  }
}
