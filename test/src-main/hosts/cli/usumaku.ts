/** The command line as a process of its own, as somebody types it. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const commandLine = fileURLToPath(new URL('../../../../src-main/hosts/cli/main.ts', import.meta.url));

export interface Ended {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `usumaku …` to its end, in English. `environment` is added to this process's own. */
export function usumaku(options: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((done) => {
    const env = { ...process.env, LANG: 'en_US.UTF-8', ...environment };
    const child = execFile(
      process.execPath,
      [commandLine, ...options],
      { env, maxBuffer: 1 << 26 },
      (_, output, errors) => done({ status: child.exitCode ?? -1, output, errors }),
    );
  });
}

/** The JSON lines of a command that must succeed and say nothing else. */
export async function usumakuJson(
  options: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<readonly Record<string, unknown>[]> {
  const { status, output, errors } = await usumaku([...options, '--json'], environment);
  if (status !== 0 || errors !== '')
    throw new Error(`${options.slice(0, 2).join(' ')} ended with ${status}: ${errors}`);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
