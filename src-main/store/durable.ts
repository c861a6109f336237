/** Files that survive a power cut: temporary file → fsync → rename → fsync of the folder. */

import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readOrdinaryNow } from '../../native-models/disk/ordinary.ts';
import { moveNow, tidyUpNow } from '../../native-models/disk/patient.ts';
import { unfinishedPath } from '../../native-models/disk/unfinished.ts';
import { OfficeError } from '../contract/errors.ts';
import { toItsEnd } from '../domain/to-its-end.ts';
import { makeFolder } from './make-folder.ts';
import { storageError } from './storage-errors.ts';

/** The calls that touch the disk, passed in so that tests can let a write fail. */
export interface DiskWriter {
  write(descriptor: number, bytes: Uint8Array): number;
}

const disk: DiskWriter = { write: (descriptor, bytes) => writeSync(descriptor, bytes) };

/**
 * Writes a file so that it is either absent (or as it was) or complete.
 * @param mode who may read it, from its first byte on
 * @throws OfficeError disk-full, file-unwritable
 */
export function writeDurably(path: string, bytes: Uint8Array, writer: DiskWriter = disk, mode = 0o666): void {
  toItsEnd(writingDurably(path, [bytes], writer, mode));
}

/** The same of a file in parts, with a stop after each: a large one then holds nobody up. */
export function* writingDurably(
  path: string,
  parts: readonly Uint8Array[],
  writer: DiskWriter = disk,
  mode = 0o666,
): Generator<void> {
  try {
    makeFolder(dirname(path));
    yield* replacingFile(path, parts, writer, mode);
    syncFolder(dirname(path));
  } catch (error) {
    throw storageError(error, path) ?? error;
  }
}

function* replacingFile(path: string, parts: readonly Uint8Array[], writer: DiskWriter, mode: number): Generator<void> {
  const temporary = unfinishedPath(path);
  try {
    const descriptor = openSync(temporary, 'w', mode);
    try {
      for (const bytes of parts) {
        for (let offset = 0; offset < bytes.length;) offset += writer.write(descriptor, bytes.subarray(offset));
        yield;
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    moveNow(temporary, path);
  } catch (error) {
    tidyUpNow(temporary);
    throw error;
  }
}

/** Makes renames inside a folder durable. Windows has no such call; its rename is journalled by NTFS. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** All bytes of a file. @throws OfficeError file-unreadable */
export function readWhole(path: string): Buffer {
  try {
    return readOrdinaryNow(path);
  } catch (error) {
    throw new OfficeError('file-unreadable', { path, reason: (error as Error).message }, { cause: error });
  }
}

/** SHA-256 in hex of a file's bytes. Adapters are a few megabytes, so the file is read at once. @throws OfficeError file-unreadable */
export function sha256OfFile(path: string): string {
  return sha256(readWhole(path));
}

/** Bytes free for a new folder at `path`, whose parents may be missing too; null where the system does not say. */
export function freeBytes(path: string): number | null {
  const existing = existsSync(path) || dirname(path) === path ? path : null;
  if (existing === null) return freeBytes(dirname(path));
  try {
    const { bavail, bsize } = statfsSync(existing);
    return bavail * bsize;
  } catch {
    return null;
  }
}
