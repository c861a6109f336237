/** Starts, asks and kills the app of a campaign. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reply, RequestName } from '../../src-main/contract/requests.ts';
import { errorOf, type Request } from '../../src-main/hosts/cli/requests.ts';
import type { FromHost, ToHost } from './messages.ts';
import { until } from './plant.ts';

export type EngineKind = 'fake' | 'real';

export interface Killable {
  readonly request: Request;
  /** Waits until the app has noticed: a request to a process that is gone would end like the one before. */
  killEngine(): Promise<void>;
  /** Ids of the app's own process, and of its model processes behind it. */
  processes(): Promise<readonly number[]>;
  /** Waits until it is gone. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** The app ended before it answered. */
export class Gone extends Error {}

/** Where each life finds its modules compiled by the one before: half of what a life costs. */
const compiled = join(tmpdir(), 'usumaku-campaign-compiled');

export async function startKillable(dataDirectory: string, engine: EngineKind): Promise<Killable> {
  const child = fork(fileURLToPath(new URL('host.ts', import.meta.url)), [dataDirectory, engine], {
    env: { NODE_COMPILE_CACHE: compiled, ...process.env },
  });
  const waiting = new Map<number, PromiseWithResolvers<Reply<RequestName>>>();
  let counted = Promise.withResolvers<readonly number[]>();
  const opened = Promise.withResolvers<void>();
  const exited = once(child, 'exit');
  let count = 0;
  child.on('message', (message: FromHost) => {
    if (message.kind === 'open') return opened.resolve();
    if (message.kind === 'processes') return counted.resolve(message.ids);
    waiting.get(message.id)?.resolve(message.reply);
    waiting.delete(message.id);
  });
  child.on('exit', () => {
    opened.reject(new Gone());
    for (const each of waiting.values()) each.reject(new Gone());
  });
  const tell = (message: ToHost) => {
    if (child.connected) child.send(message, () => {});
  };
  await opened.promise;

  const request = async (name: RequestName, input: unknown) => {
    if (!child.connected) throw new Gone();
    const answer = Promise.withResolvers<Reply<RequestName>>();
    waiting.set((count += 1), answer);
    tell({ kind: 'request', id: count, name, input });
    const reply = await answer.promise;
    if (!reply.ok) throw errorOf(reply.error);
    return reply.value;
  };
  const engineProcesses = () => {
    counted = Promise.withResolvers();
    tell({ kind: 'processes' });
    return Promise.race([counted.promise, exited.then((): readonly number[] => [])]);
  };
  return {
    request: request as Request,
    processes: async () => [child.pid!, ...(await engineProcesses())],
    async killEngine() {
      const killed = await engineProcesses();
      tell({ kind: 'kill-engine' });
      await until(async () => (await engineProcesses()).every((id) => !killed.includes(id)));
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async close() {
      tell({ kind: 'close' });
      await exited;
    },
  };
}
