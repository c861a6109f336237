/**
 * Electron's archive, fetched by Electron's own downloader into its own cache: with limits for what does not answer, and
 * always held against the checksums that came with the package. https://github.com/electron/get#how-it-works
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { homedir } from 'node:os';
import { join, posix, resolve } from 'node:path';
import type { Downloader } from '@electron/get';

/** No byte came within the first, none more within the second: in milliseconds. */
const limits = { firstByte: 10_000, nextByte: 30_000 };

/** Calls `action` after so many milliseconds, unless the returned function is called before; tests pass their own. */
export type Timer = (milliseconds: number, action: () => void) => () => void;

const realTimer: Timer = (milliseconds, action) => {
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
};

export type FetchFailure = 'silent' | 'unreachable' | 'refused' | 'cut-off' | 'checksum' | 'unpacking' | 'known';

/** Why there is no archive; `detail` is what the network or a program said, for whoever has to look into it. */
export class FetchProblem extends Error {
  readonly failure: FetchFailure;
  readonly host: string;
  /** Whole address, empty where nothing was asked. */
  readonly url: string;
  readonly detail: string;

  constructor(
    failure: FetchFailure,
    { url = '', detail = '' }: { readonly url?: string; readonly detail?: string } = {},
  ) {
    super(`${failure} ${url} ${detail}`.trim());
    this.failure = failure;
    this.url = url;
    this.host = hostOf(url);
    this.detail = detail;
  }
}

export interface ArchiveWishes {
  /** Folder of the package `electron`: its version and its checksums. */
  readonly packageDirectory: string;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
  /** Before anything is asked of the network; throws where nothing shall be. */
  readonly onHost?: (host: string, url: string) => void;
  /** Bytes so far, and of all; null where the host does not say. */
  readonly onProgress?: (done: number, total: number | null) => void;
  readonly timer?: Timer;
}

/**
 * Path of the archive in the cache, where it lies already or is fetched to. `ELECTRON_MIRROR`, `electron_config_cache` and
 * `ELECTRON_GET_USE_PROXY` count. Throws `FetchProblem`.
 */
export async function fetchArchive(wishes: ArchiveWishes): Promise<string> {
  const { packageDirectory, platform = process.platform, arch = process.arch } = wishes;
  const { downloadArtifact, ...get } = await import('@electron/get');
  // The downloader's own way needs a library that may not be there; Node knows the same variables itself.
  if (process.env['ELECTRON_GET_USE_PROXY']) http.setGlobalProxyFromEnv();
  const asked = { url: '' };
  try {
    return await downloadArtifact({
      version: electronVersion(packageDirectory),
      artifactName: 'electron',
      platform,
      arch,
      checksums: readJson(join(packageDirectory, 'checksums.json')) as Record<string, string>,
      cacheRoot: cacheRoot(),
      downloader: limited(new get.FetchDownloader(), wishes, asked),
    });
  } catch (error) {
    throw error instanceof FetchProblem ? error : problemOf(error, asked.url, get.HTTPError);
  }
}

/** Ends what does not answer; says whom it asks and how far it is. */
function limited(real: Downloader<object>, wishes: ArchiveWishes, asked: { url: string }): Downloader<object> {
  const { onHost, onProgress, timer = realTimer } = wishes;
  return {
    async download(url, path) {
      asked.url = url;
      onHost?.(hostOf(url), url);
      const stop = new AbortController();
      const giveUpAfter = (milliseconds: number, failure: FetchFailure) =>
        timer(milliseconds, () => stop.abort(new FetchProblem(failure, { url })));
      let cancel = giveUpAfter(limits.firstByte, 'silent');
      const getProgressCallback = async ({ transferred, total }: { transferred: number; total: number | null }) => {
        cancel();
        cancel = giveUpAfter(limits.nextByte, 'cut-off');
        onProgress?.(transferred, total);
      };
      try {
        await real.download(url, path, { quiet: true, signal: stop.signal, getProgressCallback });
      } catch (error) {
        // However the library wraps it, what ended it is what we said.
        throw stop.signal.aborted ? stop.signal.reason : error;
      } finally {
        cancel();
      }
    },
  };
}

function problemOf(error: unknown, url: string, httpError: new (...values: never[]) => Error): FetchProblem {
  const { name, message, cause } = error as Error & { readonly cause?: Partial<NodeJS.ErrnoException> };
  const detail = [message, cause?.code ?? cause?.message].filter(Boolean).join(': ');
  if (error instanceof httpError) return new FetchProblem('refused', { url, detail });
  if (/checksum/i.test(`${name} ${message}`)) return new FetchProblem('checksum', { url, detail });
  if (/terminated|aborted|premature/i.test(message)) return new FetchProblem('cut-off', { url, detail });
  return new FetchProblem('unreachable', { url, detail });
}

export interface ArchivePlace {
  readonly version: string;
  /** Where it would be fetched from. */
  readonly url: string;
  /** Where it is looked for first: whoever has no internet puts it here by hand. */
  readonly path: string;
  readonly present: boolean;
}

/** Asks nothing of the network. */
export async function archivePlace(packageDirectory: string): Promise<ArchivePlace> {
  const { downloadArtifact, ElectronDownloadCacheMode } = await import('@electron/get');
  const version = electronVersion(packageDirectory);
  const { platform, arch } = process;
  let url = '';
  const downloader = {
    async download(address: string) {
      url = address;
      throw new Error('only the address is wanted');
    },
  };
  // The one that neither looks into the cache nor leaves a temporary folder behind.
  const cacheMode = ElectronDownloadCacheMode.WriteOnly;
  await downloadArtifact({ version, artifactName: 'electron', platform, arch, cacheMode, downloader }).catch(() => '');
  const path = join(cacheRoot(), cacheFolder(url), `electron-v${version}-${platform}-${arch}.zip`);
  return { version, url, path, present: existsSync(path) };
}

/** The downloader names a folder of its cache after the address of the folder it fetches from. */
function cacheFolder(url: string): string {
  const address = new URL(url);
  address.hash = '';
  address.search = '';
  address.pathname = posix.dirname(address.pathname);
  return createHash('sha256').update(address.toString()).digest('hex');
}

/** The downloader's own default, said aloud so that the package's installer looks in the same place. */
export function cacheRoot(): string {
  const { electron_config_cache: chosen, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (chosen) return resolve(chosen);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'electron');
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'electron', 'Cache');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'electron');
}

/** Of the package, without a `v`. */
export function electronVersion(packageDirectory: string): string {
  return (readJson(join(packageDirectory, 'package.json')) as { version: string }).version;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
