/** The session of a run's steps: where memory runs out, it is opened again in a more frugal way. */

import { ModelError } from '../errors.ts';
import type { StepWay } from '../jobs.ts';
import { availableMemory } from '../memory/available.ts';
import { isMemoryError } from '../runtime/memory-errors.ts';
import type { Session } from '../runtime/session.ts';

export interface StepSession extends Session {
  /**
   * Opens it again in the next way, to go on with the same parameters. False where no way is left; onnxruntime's error
   * where none can be opened.
   */
  reopen(cause: unknown): Promise<boolean>;
}

/**
 * Opens a session in the first way that memory allows.
 * @param ways in order of preference
 * @param onChange hears of every change of the way, before it is tried
 */
export async function openStepSession(
  [first, ...rest]: readonly [StepWay, ...StepWay[]],
  open: (way: StepWay) => Promise<Session>,
  onChange: (from: StepWay, to: StepWay, reason: string) => void,
): Promise<StepSession> {
  let way = first;
  let session: Session | undefined;
  const takeNext = async (cause: unknown): Promise<boolean> => {
    const next = rest.shift();
    if (!next) return false;
    await session?.close();
    session = undefined;
    onChange(way, next, (cause as Error).message);
    way = next;
    return true;
  };
  const openWay = async (): Promise<void> => {
    session = await untilItFits(() => open(way), takeNext);
  };
  await openWay();
  return {
    run: (feeds) => session!.run(feeds),
    close: async () => session?.close(),
    async reopen(cause) {
      if (!(await takeNext(cause))) return false;
      await openWay();
      return true;
    },
  };
}

/** Tries something until memory suffices for it, or no more room can be made: then onnxruntime's error is thrown. */
export async function untilItFits<Result>(
  attempt: () => Promise<Result>,
  makeRoom: (cause: Error) => Promise<boolean>,
): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!isMemoryError(error) || !(await makeRoom(error as Error))) throw error;
    }
  }
}

/** The error when nothing smaller is left: what one row would need in the most frugal way, and what this process may have. */
export function memoryExhausted(tokens: number, neededBytes: number, cause?: unknown): ModelError {
  const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
  const available = process.memoryUsage.rss() + availableMemory();
  const values = { tokens, neededMegabytes: megabytes(neededBytes), availableMegabytes: megabytes(available) };
  return new ModelError('memory-exhausted', values, { cause });
}
