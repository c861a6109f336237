/** The steps of a run with their validations and checkpoints: on one device, and on the CPU once that has failed. */

import { ModelError } from '../errors.ts';
import type { Device, JobHooks, TrainEvent, TrainResult, TrainSettings } from '../jobs.ts';
import { DeviceFailure, refused } from '../runtime/fallback.ts';
import type { Sequence } from './batch.ts';
import { type BestValues, type CheckpointState, saveCheckpoint } from './checkpoint.ts';
import { packRows, type Schedule } from './examples.ts';
import { runLoop, type StepReport } from './loop.ts';
import { median, withoutSleep } from './median.ts';
import { openRunSessions, type RunGraphs, type RunSessions } from './run-sessions.ts';
import { learningRateAt } from './schedule.ts';
import { decide, lastStep, rateShare, type StoppingRule } from './stopping.ts';
import { validate, type Validation } from './validation.ts';

export interface RunSetup extends RunGraphs {
  readonly schedule: Schedule;
  /** Empty where there is none. */
  readonly validation: readonly Sequence[];
  /** What the event `prepared` says beside device and step. */
  readonly facts: Omit<Extract<TrainEvent, { kind: 'prepared' }>, 'kind' | 'resumedAtStep' | 'device'>;
}

/** Validations that a run of a fixed length makes at most. */
export const largestValidations = 12;
/** Steps between two asks of a run that goes on until it is known: about a pass. */
const fewestStepsBetween = 10;
const mostStepsBetween = 50;
/** Steps in which the rate rises there, at most: how long the whole run will be, nobody knows yet. */
const longestWarmUp = 20;

/** When a run that goes on until it is known asks and ends; null for one of a fixed length. */
export function stoppingRule(
  { untilKnown }: TrainSettings,
  { stepsPerEpoch, steps }: Pick<Schedule, 'stepsPerEpoch' | 'steps'>,
  of: number,
): StoppingRule | null {
  if (!untilKnown) return null;
  const askEvery = Math.min(mostStepsBetween, Math.max(fewestStepsBetween, stepsPerEpoch));
  return { of, seconds: untilKnown.seconds, steps, askEvery };
}

export class Run {
  readonly #setup: RunSetup;
  readonly #hooks: JobHooks<TrainEvent>;
  #state: CheckpointState;
  /** The last state whose values and moments lie in memory: what a GPU that fails leaves of the run. */
  #inMemory: CheckpointState;
  #savedStep: number;
  readonly #rule: StoppingRule | null;
  /** The values of the best state that was asked. */
  #best: BestValues | null;
  #peakBytes = process.memoryUsage.rss();

  /**
   * @param state where the method's parameters stand
   * @param best the values of its best state, where there is one
   */
  constructor(setup: RunSetup, hooks: JobHooks<TrainEvent>, state: CheckpointState, best: BestValues | null) {
    this.#setup = setup;
    this.#hooks = hooks;
    this.#state = state;
    this.#inMemory = state;
    this.#savedStep = state.step;
    this.#best = best;
    this.#rule = stoppingRule(setup.job.settings, setup.schedule, setup.validation.length);
  }

  /** What asking came to, and why the run ended; null for one of a fixed length. */
  get asked(): TrainResult['asked'] {
    const { best, settling } = this.#state.stopping;
    if (!this.#rule) return null;
    return { right: best?.right ?? 0, of: this.#rule.of, reason: settling?.reason ?? 'passes' };
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
      if (this.#setup.job.deviceAsked) throw refused(fallback, error);
      this.#state = this.#inMemory;
      this.#hooks.onEvent({ kind: 'device-fallback', ...fallback, step: this.#state.step });
      await this.#completeOn(fallback.to);
      return fallback.to;
    }
  }

  async #completeOn(device: Device): Promise<void> {
    const { method, schedule, facts } = this.#setup;
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
          lastStep: () => this.#lastStep(),
          startStep: this.#state.step,
          rowsAt: (step) => schedule.rowsAt(step, this.#state.stopping.settling?.from),
          extraFeeds: method.extraFeeds,
          learningRateAt: (step) => this.#learningRateAt(step),
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

  /** The last step, as far as it is known. */
  #lastStep(): number {
    const { stopping } = this.#state;
    const { steps } = this.#setup.schedule;
    return this.#rule && stopping.settling ? stopping.settling.from + stopping.settling.steps : steps;
  }

  #learningRateAt(step: number): number {
    const { job, schedule } = this.#setup;
    const { learningRate, warmupRatio } = job.settings;
    if (!this.#rule) return learningRateAt(step, schedule.steps, job.settings);
    const warmUp = Math.min(longestWarmUp, Math.ceil(warmupRatio * schedule.steps));
    return learningRate * rateShare(this.#state.stopping, step, warmUp);
  }

  /** @param recent seconds of the last steps on this device */
  async #onStep(report: StepReport, sessions: RunSessions, recent: number[]): Promise<void> {
    const { job, schedule } = this.#setup;
    const { step, loss, gradNorm, learningRate, tokens } = report;
    const seconds = withoutSleep(report.seconds, recent);
    const { firstLoss } = this.#state;
    this.#state = {
      ...this.#state,
      step,
      firstLoss: Number.isNaN(firstLoss) ? loss : firstLoss,
      lastLoss: loss,
      seconds: this.#state.seconds + seconds,
    };
    if (sessions.optimizer.inMemory) this.#inMemory = this.#state;
    const residentBytes = process.memoryUsage.rss();
    this.#peakBytes = Math.max(this.#peakBytes, residentBytes);
    recent.push(seconds);
    if (recent.length > 20) recent.shift();
    // The median of the last steps: the first two of a session are slow and would mislead.
    const pace = median(recent);
    const last = this.#rule ? lastStep(this.#state.stopping, this.#rule, step, this.#state.seconds) : schedule.steps;
    this.#hooks.onEvent({
      kind: 'step',
      step,
      steps: last,
      epoch: schedule.epochAt(step),
      loss,
      gradNorm,
      learningRate,
      tokensPerSecond: tokens / seconds,
      residentBytes,
      secondsLeft: (last - step) * pace,
    });
    if (this.#rule) await this.#askOnTheWay(this.#rule, sessions);
    else if (step % this.#validationEvery() === 0 || step === schedule.steps) await this.#validate(sessions);
    const isLast = step === this.#lastStep();
    if (step % job.settings.checkpointEverySteps === 0 || isLast) await this.#save(sessions);
  }

  #validationEvery(): number {
    const { job, schedule } = this.#setup;
    return schedule.stepsPerEpoch * Math.ceil(job.settings.epochs / largestValidations);
  }

  /** Asks now and then until the run settles; what was kept aside is learned from there on, so asking would say nothing. */
  async #askOnTheWay(rule: StoppingRule, sessions: RunSessions): Promise<void> {
    const { step, stopping } = this.#state;
    if (stopping.settling || step % rule.askEvery !== 0) return;
    const started = performance.now();
    const { loss, right } = (await this.#validate(sessions)) ?? { loss: this.#state.lastLoss, right: 0 };
    const seconds = this.#state.seconds + (performance.now() - started) / 1000;
    const decided = decide(stopping, rule, { step, loss, right }, seconds);
    this.#state = { ...this.#state, seconds, stopping: decided };
    const { optimizer } = sessions;
    if (optimizer.inMemory) this.#inMemory = this.#state;
    const { best, settling } = decided;
    if (best !== null && best.step === step)
      this.#best = this.#setup.method.parameters.map(({ values }) => values.slice());
    if (!settling) return;
    // What was best settles, not what happens to be last.
    if (best !== null && best.step !== step && this.#best) optimizer.restore(this.#best);
    this.#best = null;
    this.#hooks.onEvent({ kind: 'settling', step, steps: settling.steps, reason: settling.reason });
  }

  async #validate({ lossSession, microBatch, optimizer }: RunSessions): Promise<Validation | undefined> {
    const { method, validation } = this.#setup;
    const { control, onEvent } = this.#hooks;
    if (!lossSession) return undefined;
    await this.#readBack(optimizer);
    const rows = packRows(validation);
    const asked = await microBatch.over(rows, (size) => validate(lossSession, method.parameters, rows, size, control));
    onEvent({ kind: 'validation', step: this.#state.step, ...asked, of: validation.length });
    return asked;
  }

  async #save({ optimizer }: RunSessions): Promise<void> {
    const { job, method } = this.#setup;
    const { step } = this.#state;
    if (step === this.#savedStep) return;
    await this.#readBack(optimizer);
    const path = await saveCheckpoint(job.outputDirectory, this.#state, method.parameters, this.#best);
    this.#savedStep = step;
    this.#hooks.onEvent({ kind: 'checkpoint', step, path });
  }

  async #readBack(optimizer: RunSessions['optimizer']): Promise<void> {
    await optimizer.readBack();
    this.#inMemory = this.#state;
  }
}
