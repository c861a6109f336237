/**
 * A disk on which one call fails, once: every call of Node's file system that concerns a folder is counted, and one of them
 * ends with an error of the system instead of being done. What SQLite and onnxruntime read and write by themselves is not
 * reached from here.
 */

import fs from 'node:fs';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';

/** What a call was, e.g. `renameSync adapter.tmp`. */
export interface FileCall {
  readonly name: string;
  readonly path: string;
}

interface Watch {
  readonly folder: string;
  /** Number of the call that fails, from 1; 0: none. */
  readonly failAt: number;
  readonly calls: FileCall[];
}

/** What calls that take a path first, or two, do with the disk. */
const pathCalls = [
  ...['open', 'readFile', 'writeFile', 'appendFile', 'rename', 'unlink', 'rmdir', 'mkdir', 'rm', 'cp', 'copyFile'],
  ...['readdir', 'stat', 'lstat', 'statfs', 'chmod', 'link', 'symlink', 'utimes', 'truncate'],
];
/** The same of a file that is open. */
const descriptorCalls = ['writeSync', 'readSync', 'fsyncSync', 'fdatasyncSync', 'fstatSync', 'ftruncateSync'];
const handleCalls = [
  'write',
  'writeFile',
  'writev',
  'read',
  'readFile',
  'sync',
  'datasync',
  'stat',
  'truncate',
] as const;

/** Full disks are met by what is written, refusals by what is named, and broken ones by what is read and flushed. */
function errorOf({ name, path }: FileCall): NodeJS.ErrnoException {
  const code = /^write|^append|^copy|^cp|^mkdir/.test(name)
    ? 'ENOSPC'
    : /^(read|sync|fsync|fdatasync|datasync|fstat|stat$)/.test(name)
      ? 'EIO'
      : 'EACCES';
  const plain = name.replace(/Sync$/, '');
  const syscall = { readFile: 'read', readdir: 'scandir', writeFile: 'write' }[plain] ?? plain;
  const error: NodeJS.ErrnoException = new Error(`${code}: failed on purpose, ${syscall} '${path}'`);
  return Object.assign(error, { code, errno: -constants.errno[code], syscall, path });
}

let watch: Watch | undefined;
const descriptors = new Map<number, string>();

/** Counts the call where it concerns the folder. @throws the error of the system where it is the one that fails */
function meet(name: string, path: unknown): void {
  if (!watch || typeof path !== 'string' || !path.startsWith(watch.folder)) return;
  const call = { name, path: path.slice(watch.folder.length) };
  if (watch.calls.push(call) === watch.failAt) throw errorOf(call);
}

type Call = (...values: unknown[]) => unknown;

function install(): void {
  const sync = fs as unknown as Record<string, Call>;
  const later = promises as unknown as Record<string, Call>;
  for (const name of pathCalls) {
    const [now, then] = [sync[`${name}Sync`]!, later[name]!];
    sync[`${name}Sync`] = (...values) => {
      meet(`${name}Sync`, values[0]);
      const result = now(...values);
      if (name === 'open') descriptors.set(result as number, String(values[0]));
      return result;
    };
    later[name] = async (...values) => {
      meet(name, values[0]);
      const result = await then(...values);
      return name === 'open' ? watched(result as Record<string, Call>, String(values[0])) : result;
    };
  }
  for (const name of descriptorCalls) {
    const now = sync[name]!;
    sync[name] = (...values) => {
      meet(name, descriptors.get(values[0] as number));
      return now(...values);
    };
  }
  const close = sync['closeSync']!;
  sync['closeSync'] = (...values) => {
    descriptors.delete(values[0] as number);
    return close(...values);
  };
  syncBuiltinESMExports();
}

/** A handle whose calls are counted, too. Closing is left alone: a file that cannot be closed is nobody's fault. */
function watched(handle: Record<string, Call>, path: string): Record<string, Call> {
  for (const name of handleCalls) {
    const call = handle[name]!;
    handle[name] = async (...values) => {
      meet(name, path);
      return call.apply(handle, values);
    };
  }
  return handle;
}

let installed = false;

/**
 * Does some work on a disk on which the call of this number fails, where the work comes so far.
 * @param folder whose files count, an absolute path
 * @returns all calls that were made of the disk in the meantime, the failed one with them
 */
export async function onFailingDisk(
  folder: string,
  failAt: number,
  work: () => Promise<void>,
): Promise<readonly FileCall[]> {
  if (!installed) install();
  installed = true;
  const own: Watch = { folder, failAt, calls: [] };
  watch = own;
  try {
    await work();
  } finally {
    watch = undefined;
  }
  return own.calls;
}
