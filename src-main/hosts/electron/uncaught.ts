/**
 * What nobody caught ends the app: after it nothing is known to be as it should. It is logged, told once, and the data is
 * closed, so that what runs can be resumed. https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly
 */

import type { EventEmitter } from 'node:events';

export interface Ending {
  readonly log: { error(fields: object, message: string): void };
  /** Shows it and comes back when it was read. */
  readonly tell: (error: unknown) => void;
  readonly close: () => Promise<unknown>;
  readonly exit: (code: number) => void;
  /** Milliseconds that closing may take; tests pass their own. */
  readonly closeWithin?: number;
}

/** Longer than model processes may take to save. */
const closeMilliseconds = 15_000;

/** @param source Node's `process` */
export function endOnUncaught(
  source: EventEmitter,
  { log, tell, close, exit, closeWithin = closeMilliseconds }: Ending,
): void {
  let ending = false;
  const end = (error: unknown): void => {
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'uncaught');
    // Another one while it is told or closed: that is heard by the log alone.
    if (ending) return;
    ending = true;
    const leave = () => exit(1);
    // Whatever closing waits for may be what is broken.
    setTimeout(leave, closeWithin).unref();
    try {
      tell(error);
    } finally {
      close().then(leave, leave);
    }
  };
  source.on('uncaughtException', end);
  source.on('unhandledRejection', end);
}
