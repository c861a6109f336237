/** Asking Windows something that Node does not know, by the PowerShell that every Windows has. */

import { execFile } from 'node:child_process';
import { win32 } from 'node:path';

/** Asking the system must not delay a screen. */
const askMilliseconds = 5_000;

/** A program of Windows by its full path: another of that name may come first in PATH, and in the folder where the app runs. */
export const inSystem32 = (program: string, systemRoot = process.env['SystemRoot'] ?? 'C:\\Windows'): string =>
  win32.join(systemRoot, 'System32', program);

export const powershellPath = (systemRoot?: string): string =>
  inSystem32('WindowsPowerShell\\v1.0\\powershell.exe', systemRoot);

/** Else it answers in the code page of the console, which loses names of cards, drives and people. */
export const powershellOptions = (question: string): readonly string[] => [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  `[Console]::OutputEncoding = [Text.Encoding]::UTF8; ${question}`,
];

/** The answer's lines with something on them; none where it does not answer. Never throws. */
export async function askWindows(question: string, milliseconds = askMilliseconds): Promise<readonly string[]> {
  return linesOf(await outputOf(powershellPath(), powershellOptions(question), milliseconds));
}

/** What a program writes until its time is up; nothing where it cannot be started. Never throws. */
export function outputOf(program: string, options: readonly string[], milliseconds = askMilliseconds): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, options, { timeout: milliseconds, windowsHide: true }, (_, text) => resolve(text));
  });
}

function linesOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
