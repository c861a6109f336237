/** Where to begin looking for a folder: home, the disks, and what was plugged in. */

import { access, readdir } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { FolderPlace } from '../contract/entities.ts';

/** A drive that does not answer by then is not offered; its path can still be typed. */
const patience = 1000;

export async function folderPlaces(platform: NodeJS.Platform = process.platform): Promise<readonly FolderPlace[]> {
  const home: FolderPlace = { kind: 'home', path: homedir(), name: basename(homedir()) };
  if (platform === 'win32') return [home, ...(await windowsDrives(exists))];
  const root: FolderPlace = { kind: 'root', path: '/', name: '/' };
  const user = userInfo().username;
  const folders = platform === 'darwin' ? ['/Volumes'] : [`/media/${user}`, `/run/media/${user}`, '/mnt'];
  return [home, ...(await mountedDisks(folders)), root];
}

/** Drive letters that answer; A and B were floppies and would only make a noise. */
export async function windowsDrives(answers: (path: string) => Promise<boolean>): Promise<readonly FolderPlace[]> {
  const letters = Array.from('CDEFGHIJKLMNOPQRSTUVWXYZ');
  const there = await Promise.all(letters.map((letter) => answers(`${letter}:\\`)));
  return letters
    .filter((_, index) => there[index])
    .map((letter) => ({ kind: 'disk', path: `${letter}:\\`, name: `${letter}:` }));
}

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

async function exists(path: string): Promise<boolean> {
  const there = access(path).then(
    () => true,
    () => false,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), patience).unref());
  return Promise.race([there, late]);
}
