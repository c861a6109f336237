/** What computes the steps of a run on one device: opened together, closed together. */

import type { Graph } from '../graph/graph.ts';
import type { Device, TrainEvent, TrainJob } from '../jobs.ts';
import { capabilitiesOf } from '../runtime/capabilities.ts';
import { openOnDevice } from '../runtime/fallback.ts';
import { isMemoryError } from '../runtime/memory-errors.ts';
import type { Session } from '../runtime/session.ts';
import { defaultAdamW } from './adamw.ts';
import { DeviceOptimizer, gradientOutputs } from './device-optimizer.ts';
import type { StepFit } from './fit.ts';
import type { TrainMethod } from './methods.ts';
import { MicroBatch } from './micro-batch.ts';
import { MemoryOptimizer, type Optimizer } from './optimizer.ts';
import { memoryExhausted, openStepSession, untilItFits } from './step-session.ts';

export interface RunSessions {
  readonly optimizer: Optimizer;
  /** Computes the validation loss from the parameters in memory. */
  readonly lossSession: Session | undefined;
  readonly microBatch: MicroBatch;
  close(): Promise<void>;
}

export interface RunGraphs {
  readonly job: TrainJob;
  readonly method: TrainMethod;
  readonly fit: StepFit;
  readonly lossGraph: Graph | undefined;
}

/**
 * Opens the sessions in the first way that memory allows. Raises `memory-exhausted` where there is none, and
 * `DeviceFailure`, as each of the sessions does later, where a GPU fails.
 */
export async function openRunSessions(
  device: Device,
  { job: { settings }, method, fit, lossGraph }: RunGraphs,
  onEvent: (event: TrainEvent) => void,
): Promise<RunSessions> {
  const { externalFolder, parameters } = method;
  const opened: Session[] = [];
  const close = async (): Promise<void> => {
    for (const session of opened) await session.close();
  };
  const kept = <Opened extends Session>(session: Opened): Opened => {
    opened.push(session);
    return session;
  };
  const open = (graph: Graph, mapped: boolean, outputsOnDevice?: readonly string[]): Promise<Session> =>
    openOnDevice(graph, { device, externalFolder, mapped, outputsOnDevice });
  // A whole model's values and moments, twice while they are updated, would take seven times its size on the GPU.
  const onDevice = capabilitiesOf(device).keepsOutputs && settings.method !== 'full';
  const optimizerSettings = {
    adamW: { ...defaultAdamW, weightDecay: settings.weightDecay },
    clipNorm: settings.clipNorm,
  };
  try {
    const step = kept(
      await openStepSession(
        [fit.way, ...fit.otherWays],
        (way) => open(method.trainGraph(way), way.mapped, onDevice ? gradientOutputs(parameters) : undefined),
        (from, to, reason) => onEvent({ kind: 'way-changed', from, to, reason }),
      ),
    );
    const makeRoom = (cause: unknown): Promise<boolean> => step.reopen(cause);
    const lossSession = lossGraph && kept(await untilItFits(() => open(lossGraph, true), makeRoom));
    const optimizer = onDevice
      ? await DeviceOptimizer.open(step, parameters, optimizerSettings, async (graph, outputsOnDevice) =>
          kept(await open(graph, false, outputsOnDevice)),
        )
      : new MemoryOptimizer(step, parameters, optimizerSettings);
    const microBatch = new MicroBatch(fit.microBatch, {
      makeRoom,
      smallestPeakBytes: fit.smallestPeakBytes,
      onReduced: (from, to, reason) => onEvent({ kind: 'micro-batch-reduced', from, to, reason }),
    });
    return { optimizer, lossSession, microBatch, close };
  } catch (error) {
    await close();
    throw isMemoryError(error) ? memoryExhausted(fit.shape.tokens, fit.smallestPeakBytes, error) : error;
  }
}
