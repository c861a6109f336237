/** Whether Electron can be started here, asked without importing it: importing would try to download it. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

export type ElectronFound =
  | { readonly path: string }
  /** Why not, as a key of the start's sentences. */
  | { readonly missing: 'binary' | 'display' | 'root' };

export interface ElectronSurroundings {
  /** Folder of the package `electron`, or null where it is not installed. */
  readonly packageDirectory: string | null;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Chromium's sandbox refuses to run as the superuser. */
  readonly superuser: boolean;
}

/** The package writes `path.txt` once the binary has been unpacked under `dist/`. */
export function findElectron(surroundings: ElectronSurroundings = here()): ElectronFound {
  const { packageDirectory, platform, environment, superuser } = surroundings;
  if (packageDirectory === null) return { missing: 'binary' };
  const pathFile = join(packageDirectory, 'path.txt');
  if (!existsSync(pathFile)) return { missing: 'binary' };
  const path = join(packageDirectory, 'dist', readFileSync(pathFile, 'utf8'));
  if (!existsSync(path)) return { missing: 'binary' };
  if (platform === 'linux' && superuser) return { missing: 'root' };
  if (!hasDisplay(platform, environment)) return { missing: 'display' };
  return { path };
}

export function hasDisplay(platform: NodeJS.Platform, environment: ElectronSurroundings['environment']): boolean {
  return platform !== 'linux' || Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
}

function here(): ElectronSurroundings {
  let packageDirectory: string | null = null;
  try {
    packageDirectory = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    // Installed without development packages: there is no Electron to start.
  }
  const { platform, env: environment } = process;
  return { packageDirectory, platform, environment, superuser: process.getuid?.() === 0 };
}
