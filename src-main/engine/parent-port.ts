/** How a process reaches the host that started it, under Node (`fork`) and under Electron (`utilityProcess`). */

import { endWithHost } from './end-with-host.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface ParentPort<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}

/** https://www.electronjs.org/docs/latest/api/parent-port */
interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** Throws where this process was started by neither. Ends this process when the host has gone. */
export function openParentPort<Out = FromWorker, In = ToWorker>(): ParentPort<Out, In> {
  // A model process without a host would train on, unseen, and hold gigabytes.
  endWithHost();
  const { parentPort } = process as { readonly parentPort?: ElectronParentPort };
  if (parentPort) {
    return {
      send: (message) => parentPort.postMessage(message),
      onMessage: (listener) => parentPort.on('message', ({ data }) => listener(data as In)),
    };
  }
  const send = process.send?.bind(process);
  if (!send) throw new Error('This module is a model process: it is started by the supervisor.');
  // Sooner than the watch, where nothing is computed.
  process.on('disconnect', () => process.exit(0));
  // Ctrl+C reaches every process of the terminal; only the host decides what it means, and lets a training save first.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  return {
    send: (message) => {
      if (process.connected) send(message);
    },
    onMessage: (listener) => process.on('message', (message) => listener(message as In)),
  };
}
