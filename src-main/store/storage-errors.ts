/** Turns what SQLite and the file system complain about into errors that a person can act on. */

import { OfficeError } from '../contract/errors.ts';

/** Calls of the system that change nothing; opening may be for either. */
const reading: ReadonlySet<string> = new Set(['read', 'scandir', 'stat', 'lstat', 'fstat']);

/**
 * The `OfficeError` for a storage error, or null where it is something else.
 * Result codes: https://www.sqlite.org/rescode.html
 */
export function storageError(error: unknown, path: string): OfficeError | null {
  if (error instanceof OfficeError) return error;
  if (!(error instanceof Error) || !('code' in error)) return null;
  const code = String(error.code);
  const place = 'path' in error && typeof error.path === 'string' ? error.path : path;
  const options = { cause: error };
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT')
    return new OfficeError('disk-full', { path: place }, options);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new OfficeError('database-locked', { path }, options);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new OfficeError('database-damaged', { path, reason: error.message }, options);
  if (/^(EACCES|EPERM|EIO|ENOTDIR|ELOOP)$/.test(code) && 'syscall' in error && reading.has(String(error.syscall)))
    return new OfficeError('file-unreadable', { path: place, reason: error.message }, options);
  if (code === 'SQLITE_IOERR_READ' || code === 'SQLITE_IOERR_SHORT_READ')
    return new OfficeError('file-unreadable', { path: place, reason: error.message }, options);
  if (/^(SQLITE_CANTOPEN|SQLITE_READONLY|SQLITE_IOERR)/.test(code) || /^(EACCES|EPERM|EROFS|EIO|ENOTDIR)$/.test(code))
    return new OfficeError('file-unwritable', { path: place, reason: error.message }, options);
  // A folder that cannot be made: a file lies in its place, or nothing can be made there.
  if (/^(EEXIST|ENOENT)$/.test(code) && 'syscall' in error && error.syscall === 'mkdir')
    return new OfficeError('file-unwritable', { path: place, reason: error.message }, options);
  return null;
}
