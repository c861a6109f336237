/** Ends a host politely on Ctrl+C and on the system's request; a second Ctrl+C ends it at once, and so does waiting in vain. */

/** Longer than jobs may take to save. */
const closeMilliseconds = 15_000;

export function closeOnSignals(close: () => Promise<void>, onStopping: () => void = () => {}): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    onStopping();
    setTimeout(() => process.exit(1), closeMilliseconds).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}
