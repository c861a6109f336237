/** Where to begin looking for a folder: home, the disks, and what was plugged in. */

import { readdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { askWindows } from '../../native-models/system/powershell.ts';
import type { FolderPlace } from '../contract/entities.ts';

/** Where macOS mounts disks that are plugged in. */
export const volumesOnMac = '/Volumes';

export async function folderPlaces(platform: NodeJS.Platform = process.platform): Promise<readonly FolderPlace[]> {
  const home: FolderPlace = { kind: 'home', path: homedir(), name: basename(homedir()) };
  if (platform === 'win32') return [home, ...windowsDrives(await drivesOfNow())];
  const root: FolderPlace = { kind: 'root', path: '/', name: '/' };
  const user = userInfo().username;
  const folders = platform === 'darwin' ? [volumesOnMac] : [`/media/${user}`, `/run/media/${user}`, '/mnt'];
  return [home, ...(await mountedDisks(folders)), root];
}

/** Kinds of .NET's DriveType that hold folders: https://learn.microsoft.com/dotnet/api/system.io.drivetype */
const withFolders = new Set(['Fixed', 'Removable', 'Network', 'CDRom', 'Ram']);
/** Says letter and kind without touching a drive: one of the network that is away would hold up every file for half a minute. */
const drivesQuestion = '[IO.DriveInfo]::GetDrives() | ForEach-Object { "$($_.Name) $($_.DriveType)" }';
/** A stick that was plugged in is seen after so many milliseconds; PowerShell takes its time to start. */
const remembered = 10_000;

let drives: { readonly at: number; readonly lines: Promise<readonly string[]> } | null = null;

/** What Windows says of its drives now; none where it says nothing. Never throws. */
export function drivesOfNow(): Promise<readonly string[]> {
  if (drives === null || Date.now() - drives.at > remembered)
    drives = { at: Date.now(), lines: askWindows(drivesQuestion) };
  return drives.lines;
}

/** Drives as Windows lists them, e.g. `C:\\ Fixed`. */
export function windowsDrives(lines: readonly string[]): readonly FolderPlace[] {
  return lines.flatMap((line) => {
    const [, letter, kind] = /^([A-Z]):\\ (\w+)$/.exec(line) ?? [];
    if (letter === undefined || kind === undefined || !withFolders.has(kind)) return [];
    return { kind: 'disk', path: `${letter}:\\`, name: `${letter}:` } as const;
  });
}

/** Whether a path begins with a letter that stands for a share of another PC. */
export const isOnNetworkDrive = (path: string, lines: readonly string[]): boolean =>
  /^[a-z]:/i.test(path) && lines.includes(`${path[0]!.toUpperCase()}:\\ Network`);

/** What is mounted below these folders. */
export async function mountedDisks(folders: readonly string[]): Promise<readonly FolderPlace[]> {
  const found = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      return entries.filter((entry) => !entry.isFile()).map(({ name }) => ({ name, path: join(folder, name) }));
    }),
  );
  return found.flat().map((disk) => ({ kind: 'disk', ...disk }));
}
