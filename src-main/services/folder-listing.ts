/** The folders in a folder, and which of them look like Hugging Face models or PEFT adapters. */

import { readdir, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { readOrdinary } from '../../native-models/disk/ordinary.ts';
import type { FolderEntry, FolderListing } from '../contract/entities.ts';
import { type ErrorCode, OfficeError } from '../contract/errors.ts';
import { volumesOnMac } from './folder-places.ts';

/** More do not help anybody who looks for one; the rest is reached by typing. */
const largestListing = 1000;
/** A configuration is a few kilobytes. */
const largestConfigMegabytes = 1;
/** What Windows keeps on every disk for itself. */
const systemFolders = new Set(['$RECYCLE.BIN', 'System Volume Information', '$WinREAgent', 'Recovery', 'lost+found']);
const inOrder = new Intl.Collator(['ja', 'en'], { numeric: true, sensitivity: 'base' });

/**
 * A path as people type or paste it: with quotes around it (Explorer's "Copy as path"), with ~, or empty for the home folder.
 * @throws OfficeError path-relative: nobody at a window knows in which folder the program was started
 */
export function typedPath(text: string): string {
  const bare = text.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (bare === '' || bare === '~') return homedir();
  if (/^[a-z]:$/i.test(bare)) return `${bare}\\`;
  const whole = bare.replace(/^~(?=[/\\])/, homedir());
  if (!isAbsolute(whole)) throw new OfficeError('path-relative', { path: bare });
  return resolve(whole);
}

/**
 * A path as people type it, for files that leave the app.
 * @throws OfficeError path-relative, path-in-data-folder
 */
export function typedPathOutside(dataDirectory: string, text: string): string {
  const path = typedPath(text);
  const inside = relative(dataDirectory, path);
  if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside))
    throw new OfficeError('path-in-data-folder', { path });
  return path;
}

/** Where the listing happens. */
interface System {
  readonly platform: NodeJS.Platform;
  readonly home: string;
}

/** @throws OfficeError with one sentence for each reason why a folder cannot be opened */
export async function listFolder(
  path: string,
  system: System = { platform: process.platform, home: homedir() },
): Promise<Omit<FolderListing, 'places'>> {
  let entries: Dirent[];
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw folderError(path, error);
  }
  const candidates = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
  const sorted = candidates
    .filter(({ name }) => !systemFolders.has(name))
    .sort((a, b) => inOrder.compare(a.name, b.name));
  const described = await Promise.all(sorted.slice(0, largestListing).map((entry) => describe(path, entry, system)));
  const parent = dirname(path);
  return {
    path,
    parent: parent === path ? null : parent,
    ...(await kindOf(path)),
    folders: described.filter((entry) => entry !== null),
    more: Math.max(0, sorted.length - largestListing),
  };
}

/** null for a link that leads to no folder. */
async function describe(parent: string, entry: Dirent, system: System): Promise<FolderEntry | null> {
  const path = join(parent, entry.name);
  const link = entry.isSymbolicLink();
  if (link && (await stat(path).catch(() => null))?.isDirectory() !== true) return null;
  const kind = isGuarded(parent, entry.name, system) ? unknownKind : await kindOf(path);
  return { name: entry.name, path, link, hidden: entry.name.startsWith('.'), ...kind };
}

const guardedFolders = new Set(['Desktop', 'Documents', 'Downloads']);

/**
 * Whether macOS asks the person before a program looks inside: folders of theirs, and disks that were plugged in. Nobody is
 * asked before somebody opens one. https://support.apple.com/guide/mac-help/mchld5a35146/mac
 */
function isGuarded(parent: string, name: string, { platform, home }: System): boolean {
  if (platform !== 'darwin') return false;
  return parent === volumesOnMac || (resolve(parent) === resolve(home) && guardedFolders.has(name));
}

const unknownKind: Pick<FolderEntry, 'modelType' | 'adapter'> = { modelType: null, adapter: false };

/** `model_type` of config.json makes a folder a model, `peft_type` of adapter_config.json an adapter. */
async function kindOf(directory: string): Promise<Pick<FolderEntry, 'modelType' | 'adapter'>> {
  const [modelType, peftType] = await Promise.all([
    textField(join(directory, 'config.json'), 'model_type'),
    textField(join(directory, 'adapter_config.json'), 'peft_type'),
  ]);
  return { modelType, adapter: peftType !== null };
}

/** One text of a configuration; null where there is none. Anything else about the file stays here. */
async function textField(file: string, field: string): Promise<string | null> {
  try {
    const json = (await readOrdinary(file, largestConfigMegabytes)).toString('utf8');
    const { [field]: text } = JSON.parse(json) as Record<string, unknown>;
    return typeof text === 'string' ? text.slice(0, 64) : null;
  } catch {
    return null;
  }
}

/** What an operating system's refusal means to a person. https://nodejs.org/api/errors.html#common-system-errors */
export function folderError(path: string, cause: unknown): OfficeError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const known = reasons[code];
  if (known) return new OfficeError(known, { path, characters: path.length }, { cause });
  return new OfficeError('folder-unreadable', { path, reason: code || message }, { cause });
}

const reasons: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'model-folder-missing',
  ENOTDIR: 'folder-is-a-file',
  EACCES: 'folder-forbidden',
  EPERM: 'folder-forbidden',
  ENAMETOOLONG: 'folder-path-too-long',
  ELOOP: 'folder-link-circle',
  EIO: 'folder-disk-gone',
  ENODEV: 'folder-disk-gone',
  ENXIO: 'folder-disk-gone',
  ESTALE: 'folder-disk-gone',
  EHOSTDOWN: 'folder-disk-gone',
};
