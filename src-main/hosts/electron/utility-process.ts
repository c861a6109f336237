/** Starts a model process as Electron's utility process: Node without the browser, killed with the app. */

import { utilityProcess } from 'electron';
import { modelProcessEnvironment, type StartProcess } from '../../engine/process.ts';

/** https://www.electronjs.org/docs/latest/api/utility-process */
export const startUtilityProcess: StartProcess = <To, From>(
  entry: string,
  onOutput: (text: string) => void,
  priority?: number,
) => {
  const child = utilityProcess.fork(entry, [], {
    env: modelProcessEnvironment(priority),
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: 'Usumaku model',
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => onOutput(chunk.toString()));
  let ended = false;
  return {
    /** Unknown until the process has started. */
    get pid() {
      return child.pid;
    },
    send: (message: To) => {
      if (!ended) child.postMessage(message);
    },
    onMessage: (listener: (message: From) => void) => void child.on('message', (message: From) => listener(message)),
    onExit: (listener: (reason: string) => void) => {
      // Fatal errors of V8 (out of memory, say) are told first and are the better reason.
      let reason: string | null = null;
      child.on('error', (type, location) => (reason = `${type} at ${location}`));
      child.on('exit', (code) => {
        if (ended) return;
        ended = true;
        listener(reason ?? `exit code ${code}`);
      });
    },
    kill: () => {
      // `kill()` asks politely, which a process inside a long native call cannot hear.
      if (child.pid === undefined) child.kill();
      else killAtOnce(child.pid);
    },
  };
};

function killAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
