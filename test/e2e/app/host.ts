/** The real host (`npm start` without opening anything) in a process that tests may kill. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/;

export class Host {
  readonly dataDirectory: string;
  /** Where it answered so far: each start has an address of its own. */
  readonly origins = new Set<string>();
  /** Everything it wrote to the terminal. */
  output = '';
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;

  /** @param environment what shall be other than around this test */
  constructor(dataDirectory: string, environment: NodeJS.ProcessEnv = {}) {
    this.dataDirectory = dataDirectory;
    this.#environment = environment;
  }

  /** Resolves with the address that opens the app once. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, ['src-main/hosts/start.js', '--no-open', '--data', this.dataDirectory], {
      cwd: root,
      // Plain surroundings: what this machine or runner sets must not change what the app does.
      env: { ...process.env, USUMAKU_DATA: '', NODE_OPTIONS: '', ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const from = this.output.length;
    return new Promise((found, failed) => {
      const listen = (chunk: Buffer) => {
        this.output += chunk.toString();
        const url = address.exec(this.output.slice(from))?.[0];
        if (url === undefined) return;
        this.origins.add(new URL(url).origin);
        found(url);
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', (code) => failed(new Error(`The host ended with ${code}:\n${this.output}`)));
    });
  }

  /** As a power cut would. */
  async killNow(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends the model processes as running out of memory would. */
  killModelProcesses(): void {
    for (const pid of childrenOf(this.#child?.pid)) process.kill(pid, 'SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the fourth field is the parent, after a name in brackets. */
function childrenOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
