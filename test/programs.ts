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
    const windows = process.platform === 'win32';
    // npm and the runners are .cmd files on Windows, which only a shell starts: it gets one line.
    const [started, given] = windows ? [commandLine(command), []] : [program, rest];
    const child = spawn(started, given, {
      stdio: options.quiet ? 'ignore' : options.onOutput ? ['inherit', 'pipe', 'pipe'] : 'inherit',
      shell: windows,
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

/** For cmd.exe: what holds more than letters, digits and plain signs stands in quotes, as paths with spaces do. */
export function commandLine(command: readonly string[]): string {
  return command.map((part) => (/^[\w./:\\=-]+$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join(' ');
}
