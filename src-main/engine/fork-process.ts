/** Starts a model process under plain Node, by the same Node that runs this. */

import { fork } from 'node:child_process';
import { modelProcessEnvironment, modelProcessOptions, type StartProcess } from './process.ts';

export const forkProcess: StartProcess = <To, From>(
  entry: string,
  onOutput: (text: string) => void,
  priority?: number,
) => {
  const child = fork(entry, [], {
    execArgv: [...modelProcessOptions],
    env: modelProcessEnvironment(priority),
    // Structured clone keeps what JSON loses: NaN and infinities in losses.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  } as const);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', onOutput);
  }
  let reason: string | null = null;
  return {
    pid: child.pid,
    send: (message: To) => {
      // A message to a process that has just died is answered by `onExit`, so the error here says nothing new.
      if (child.connected) child.send(message as object, () => {});
    },
    onMessage: (listener: (message: From) => void) => child.on('message', (message) => listener(message as From)),
    onExit: (listener: (reason: string) => void) => {
      const end = (why: string) => {
        if (reason !== null) return;
        reason = why;
        listener(why);
      };
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => end(signal === null ? `exit code ${code}` : `signal ${signal}`));
    },
    kill: () => void child.kill('SIGKILL'),
  };
};
