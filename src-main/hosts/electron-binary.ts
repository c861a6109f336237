/** Whether Electron can be started here, asked without importing it: importing would try to download it. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';

export type ElectronFound =
  | { readonly path: string }
  /** Why not, as a key of the start's sentences; `binary` alone can be mended by fetching it. */
  | { readonly missing: 'binary' | 'package' | 'override' | 'display' | 'root' };

export interface ElectronSurroundings {
  /** Folder of the package `electron`, or null where it is not installed. */
  readonly packageDirectory: string | null;
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Chromium's sandbox refuses to run as the superuser. */
  readonly superuser: boolean;
}

/**
 * The package writes `path.txt` once the binary has been unpacked under `dist/`; `ELECTRON_OVERRIDE_DIST_PATH` names another
 * folder. Where it could not run anyway, that is said first: nobody shall fetch it for nothing.
 */
export function findElectron(surroundings: ElectronSurroundings = here()): ElectronFound {
  const { packageDirectory, platform, environment, superuser } = surroundings;
  if (platform === 'linux' && superuser) return { missing: 'root' };
  if (!hasDisplay(platform, environment)) return { missing: 'display' };
  const { ELECTRON_OVERRIDE_DIST_PATH: override } = environment;
  if (override) {
    const path = join(override, programOn(platform));
    return existsSync(path) ? { path } : { missing: 'override' };
  }
  if (packageDirectory === null) return { missing: 'package' };
  const pathFile = join(packageDirectory, 'path.txt');
  if (!existsSync(pathFile)) return { missing: 'binary' };
  const path = join(packageDirectory, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(path) ? { path } : { missing: 'binary' };
}

/** Where its program lies in the archive. */
function programOn(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

export function hasDisplay(platform: NodeJS.Platform, environment: ElectronSurroundings['environment']): boolean {
  return platform !== 'linux' || Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
}

/** Folder of the package `electron`; null where only what ships was installed. */
export function electronPackage(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

function here(): ElectronSurroundings {
  const { platform, env: environment } = process;
  return { packageDirectory: electronPackage(), platform, environment, superuser: process.getuid?.() === 0 };
}
