/** The real host in a process of its own on a folder of its own, as `npm start` runs it. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { urlOfRunningHost } from '../../src-main/hosts/node/door-file.ts';

const root = resolve(import.meta.dirname, '../..');

export interface Host {
  readonly dataDirectory: string;
  /** e.g. `http://127.0.0.1:40123` */
  readonly origin: string;
  /** An address that lets one more browser in. */
  newUrl(): Promise<string>;
  /** The processes that do the model work now. */
  enginePids(): readonly number[];
  /** As Ctrl+C does. */
  close(): Promise<void>;
  /** As a power cut does: nothing is told to anybody. */
  kill(): Promise<void>;
}

export async function startHost(dataDirectory: string): Promise<Host> {
  const child = spawn(process.execPath, [join(root, 'src-main/hosts/start.js'), '--no-open', '--data', dataDirectory], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  });
  const origin = new URL(await firstAddress(child)).origin;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return {
    dataDirectory,
    origin,
    newUrl: async () => {
      const url = await urlOfRunningHost(dataDirectory);
      if (url === null) throw new Error('The host does not answer.');
      return url;
    },
    enginePids: () => childrenOf(child.pid ?? 0),
    close: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** Whether this system tells which processes a host has started. */
export const canSeeProcesses = existsSync('/proc/self/task');

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

/** The address that the host prints; its last words where it ends before that. */
async function firstAddress(child: ChildProcess): Promise<string> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  if (!child.stdout) throw new Error('The host has no output.');
  for await (const line of createInterface(child.stdout)) {
    const address = /http:\/\/\S+/.exec(line)?.[0];
    if (address) {
      child.stdout.resume();
      return address;
    }
    said += `${line}\n`;
  }
  throw new Error(`The host ended before it opened:\n${said}`);
}
