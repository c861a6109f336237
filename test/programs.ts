/** Runs the programs of `npm test`. */

import { spawn } from 'node:child_process';

export interface ProgramOptions {
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** After it the program is told to end; none where left away. */
  readonly limitSeconds?: number;
  /** Shows nothing of what it says. */
  readonly quiet?: boolean;
  /** Gets what it says, instead of the terminal. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** @returns the exit code; 1 where it could not be started or was ended. */
export function runProgram(command: readonly string[], options: ProgramOptions = {}): Promise<number> {
  const [program = '', ...rest] = command;
  return new Promise((resolve) => {
    const child = spawn(program, rest, {
      stdio: options.quiet ? 'ignore' : options.onOutput ? ['inherit', 'pipe', 'pipe'] : 'inherit',
      // npm and the runners are .cmd files on Windows.
      shell: process.platform === 'win32',
      env: { ...process.env, ...options.env },
      ...(options.limitSeconds === undefined ? {} : { timeout: options.limitSeconds * 1000 }),
    });
    child.on('error', (error) => {
      if (!options.quiet) console.error(error.message);
      resolve(1);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => options.onOutput?.(text));
    }
    child.on('close', (code) => resolve(code ?? 1));
  });
}
