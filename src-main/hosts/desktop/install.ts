/** Brings Electron's binary to a source checkout, once: the archive into the cache, then the package's own installer unpacks it. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tidyUp } from '../../../native-models/disk/patient.ts';
import { makeFolder } from '../../store/make-folder.ts';
import { type ArchiveWishes, cacheRoot, fetchArchive, FetchProblem } from './archive.ts';

export interface InstallWishes extends ArchiveWishes {
  /** Remembers an address that gave nothing, so that not every start waits for it. */
  readonly memoryFile: string;
  /** Asks again, whatever is remembered. */
  readonly insist: boolean;
}

interface Memory {
  readonly url: string;
}

/** Throws `FetchProblem`; `known` where the same address gave nothing before. An archive in the cache is always taken. */
export async function installElectron(wishes: InstallWishes): Promise<void> {
  const { memoryFile, insist, onHost, packageDirectory } = wishes;
  try {
    requireWritable(packageDirectory);
    await fetchArchive({
      ...wishes,
      onHost: (host, url) => {
        if (!insist && remembered(memoryFile) === url) throw new FetchProblem('known', { url });
        onHost?.(host, url);
      },
    });
    await unpack(wishes);
    await tidyUp(memoryFile);
  } catch (error) {
    if (error instanceof FetchProblem && error.failure !== 'known' && error.url !== '') remember(memoryFile, error.url);
    throw error;
  }
}

/** Nobody shall wait for a download that could not be unpacked. */
function requireWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new FetchProblem('unpacking', { detail: (error as Error).message });
  }
}

/** The package's installer finds the archive in the cache, holds it against the same checksums and unpacks it. */
async function unpack({
  packageDirectory,
  platform = process.platform,
  arch = process.arch,
}: InstallWishes): Promise<void> {
  const env = {
    ...process.env,
    electron_config_cache: cacheRoot(),
    ELECTRON_INSTALL_PLATFORM: platform,
    ELECTRON_INSTALL_ARCH: arch,
    npm_config_arch: arch,
  } as NodeJS.ProcessEnv;
  // Each would have it ask the network again: for the archive without a limit, or for other checksums than the package's.
  for (const name of ['force_no_cache', 'electron_use_remote_checksums', 'npm_config_electron_use_remote_checksums']) {
    delete env[name];
  }
  delete env['ELECTRON_OVERRIDE_DIST_PATH'];
  const child = spawn(process.execPath, [join(packageDirectory, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env,
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new FetchProblem('unpacking', { detail: errors.trim().split('\n')[0] ?? '' });
}

function remembered(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Memory).url;
  } catch {
    return undefined;
  }
}

function remember(file: string, url: string): void {
  try {
    makeFolder(dirname(file));
    writeFileSync(file, JSON.stringify({ url } satisfies Memory));
  } catch {
    // A disk that takes nothing will say so elsewhere; the next start asks again.
  }
}
