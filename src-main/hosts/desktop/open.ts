/** Opens the app in a window of its own, where Electron is here or comes; says in a sentence why it does not. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../contract/entities.ts';
import { electronPackage, type ElectronFound, findElectron } from '../electron-binary.ts';
import { buildRendererIfStale } from '../renderer-build.ts';
import { say } from '../sentences.ts';
import { electronVersion, FetchProblem } from './archive.ts';
import { installElectron } from './install.ts';
import { runShell, type ShellEnd } from './shell.ts';
import { fetchReports, fetchWords } from './words.ts';

export interface DesktopWishes {
  readonly projectRoot: string;
  readonly dataDirectory: string;
  /** Asks for Electron again, whatever came of it before. */
  readonly insist: boolean;
  readonly language: Language;
  /** Gets each line for the terminal. */
  readonly print: (line: string) => void;
  /** What this machine is; tests pass their own. */
  readonly machine?: DesktopMachine;
}

export interface DesktopMachine {
  readonly find: () => ElectronFound;
  /** Brings Electron; throws `FetchProblem`. */
  readonly install: (wishes: DesktopWishes) => Promise<void>;
  readonly run: (binary: string, wishes: DesktopWishes) => Promise<ShellEnd>;
}

/** Resolves with the shell's exit code when it was closed; null where the browser has to do. */
export async function openDesktop(wishes: DesktopWishes): Promise<number | null> {
  const { print, language, machine = realMachine } = wishes;
  let found = machine.find();
  if ('missing' in found && found.missing === 'binary') {
    try {
      await machine.install(wishes);
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error;
      print(say('no-electron-binary', language, { cause: fetchWords(error, language) }));
      return null;
    }
    found = machine.find();
  }
  if ('missing' in found) {
    const cause = say('fetch-unpacking', language, { detail: found.missing });
    print(say(`no-electron-${found.missing}`, language, { cause }));
    return null;
  }
  const end = await machine.run(found.path, wishes);
  if ('code' in end) return end.code;
  print(say(`electron-died-${end.cause.kind}`, language, { detail: end.cause.detail }));
  return null;
}

/** Only in a checkout of the sources: an installed app has its Electron, and fetches nothing. */
async function install({ projectRoot, dataDirectory, insist, language }: DesktopWishes): Promise<void> {
  const packageDirectory = electronPackage();
  if (packageDirectory === null || !existsSync(join(projectRoot, 'src-renderer'))) throw new FetchProblem('known');
  await installElectron({
    packageDirectory,
    memoryFile: join(dataDirectory, 'electron-not-had.json'),
    insist,
    ...fetchReports(electronVersion(packageDirectory), language, process.stdout),
  });
}

async function run(binary: string, { projectRoot, dataDirectory, language, print }: DesktopWishes): Promise<ShellEnd> {
  await buildRendererIfStale(projectRoot, () => print(say('building', language)));
  const { bundleElectronIfStale } = await import('../electron/bundle.ts');
  await bundleElectronIfStale(projectRoot);
  return runShell(binary, projectRoot, { USUMAKU_DATA: dataDirectory });
}

const realMachine: DesktopMachine = { find: findElectron, install, run };
