/** What `usumaku doctor` says of the desktop window: whether Electron is here, and how to bring it where there is no internet. */

import { type ArchivePlace, archivePlace } from '../desktop/archive.ts';
import { electronPackage, type ElectronFound, findElectron } from '../electron-binary.ts';

export interface ElectronReport {
  readonly found: ElectronFound;
  /** Null where the package itself is missing. */
  readonly archive: ArchivePlace | null;
}

/** Asks nothing of the network. */
export async function electronReport(): Promise<ElectronReport> {
  const packageDirectory = electronPackage();
  return { found: findElectron(), archive: packageDirectory === null ? null : await archivePlace(packageDirectory) };
}

export function electronLines({ found, archive }: ElectronReport): readonly string[] {
  if ('path' in found) return [`Desktop window: Electron ${archive?.version ?? ''} in ${found.path}`];
  const reasons: Readonly<Record<typeof found.missing, string>> = {
    binary: 'Electron’s program file is not here yet',
    package: 'the package electron is not installed',
    override: 'the folder that ELECTRON_OVERRIDE_DIST_PATH names holds no Electron',
    display: 'there is no display',
    root: 'Electron does not run as the superuser',
  };
  const first = `Desktop window: not here, because ${reasons[found.missing]}; the browser is used instead`;
  if (found.missing !== 'binary' || archive === null) return [first];
  return [
    first,
    archive.present
      ? `  Its archive lies ready in ${archive.path}; "npm start" checks and unpacks it.`
      : `  "npm start" fetches it once. Without the internet: fetch ${archive.url} on another PC, and put it here as ${archive.path} ("npm start" checks and unpacks it), or unpack it and name its folder in ELECTRON_OVERRIDE_DIST_PATH, or name a mirror of yours in ELECTRON_MIRROR.`,
  ];
}
