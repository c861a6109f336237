/** Ends a process when the host that started it is gone, also while it computes and hears nothing. */

import { Worker } from 'node:worker_threads';

/** Name of the environment variable with which a host tells its processes who it is. */
export const hostVariable = 'USUMAKU_HOST_PID';

/** Milliseconds between two looks. */
const lookEvery = 500;

/**
 * What the thread runs. A killed host is either no process any more or, where nobody has taken note of its death yet, no
 * longer the parent. SIGKILL, because the thread that would say farewell may be in the middle of an hour of arithmetic.
 */
const watch = `
  const { workerData: { host, lookEvery } } = require('node:worker_threads');
  const parent = process.ppid;
  setInterval(() => {
    try {
      process.kill(host, 0);
      if (process.ppid === parent) return;
    } catch (error) {
      if (error.code !== 'ESRCH') return;
    }
    process.kill(process.pid, 'SIGKILL');
  }, lookEvery);
`;

/** Watches from a thread of its own, which keeps no process alive. Does nothing where no host has named itself. */
export function endWithHost(): void {
  const host = Number(process.env[hostVariable]);
  if (!Number.isInteger(host) || host < 1) return;
  const thread = new Worker(watch, { eval: true, workerData: { host, lookEvery }, execArgv: [], env: {} });
  thread.unref();
}
