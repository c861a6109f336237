/** Runs the desktop shell, and tells a shell that ended from one that never came to its window. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tidyUp } from '../../../native-models/disk/patient.ts';

export type ShellEnd =
  | { readonly code: number }
  /** It died before anybody saw something of it. */
  | { readonly cause: ShellCause };

export interface ShellCause {
  readonly kind: 'sandbox' | 'library' | 'other';
  /** The library's name, or what it said last. */
  readonly detail: string;
}

/** The shell makes this file once somebody has seen it: a window, or a dialog that says why there is none. */
export const seenVariable = 'USUMAKU_SEEN_FILE';

/** The last of what a program said is enough to find out why it ended. */
const keptCharacters = 8000;

/** Resolves when the shell has ended. */
export async function runShell(
  binary: string,
  argument: string,
  environment: Readonly<Record<string, string>>,
): Promise<ShellEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'usumaku-shell-'));
  const seen = join(folder, 'seen');
  let said = '';
  try {
    const child = spawn(binary, [argument], {
      stdio: ['inherit', 'inherit', 'pipe'],
      env: { ...process.env, ...environment, [seenVariable]: seen },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-keptCharacters);
      process.stderr.write(text);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0 || existsSync(seen)) return { code: code ?? 1 };
  } catch (error) {
    // No program that this system can run.
    said = (error as Error).message;
  } finally {
    await tidyUp(folder);
  }
  return { cause: causeOf(said) };
}

/** Of what Chromium and the system's loader say. https://man7.org/linux/man-pages/man8/ld.so.8.html */
function causeOf(said: string): ShellCause {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(said)?.[1];
  if (library !== undefined) return { kind: 'library', detail: library };
  const lines = said.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? '';
  const sandbox = lines.find((line) => /no usable sandbox|SUID sandbox/i.test(line));
  return sandbox === undefined ? { kind: 'other', detail: last } : { kind: 'sandbox', detail: sandbox };
}
