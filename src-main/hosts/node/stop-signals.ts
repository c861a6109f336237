/** Ends a host politely on Ctrl+C and on the system's request; a second Ctrl+C ends it at once. */

export function closeOnSignals(close: () => Promise<void>, onStopping: () => void = () => {}): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    onStopping();
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
