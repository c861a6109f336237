/** What the system complains about, as a person reads it: what could not be read is never said to be unwritable. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readWhole } from '../../../src-main/store/durable.ts';
import { storageError } from '../../../src-main/store/storage-errors.ts';

test.each([
  ['ENOSPC', 'write', 'disk-full'],
  ['EDQUOT', 'write', 'disk-full'],
  ['EIO', 'read', 'file-unreadable'],
  ['EACCES', 'scandir', 'file-unreadable'],
  ['ENOTDIR', 'stat', 'file-unreadable'],
  ['EIO', 'write', 'file-unwritable'],
  ['EIO', 'fsync', 'file-unwritable'],
  ['EROFS', 'open', 'file-unwritable'],
  ['EEXIST', 'mkdir', 'file-unwritable'],
  ['SQLITE_FULL', undefined, 'disk-full'],
  ['SQLITE_IOERR_READ', undefined, 'file-unreadable'],
  ['SQLITE_IOERR_SHORT_READ', undefined, 'file-unreadable'],
  ['SQLITE_IOERR_WRITE', undefined, 'file-unwritable'],
  ['SQLITE_NOTADB', undefined, 'database-damaged'],
  ['ENOENT', 'open', undefined],
])('%s of %s is %s', (code, syscall, expected) => {
  const error = Object.assign(new Error(code), { code, path: '/plant/x', ...(syscall && { syscall }) });
  expect(storageError(error, '/plant')?.code).toBe(expected);
});

test('a file that is a folder, or not there, is refused as one that cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), '読めない '));
  try {
    for (const path of [folder, join(folder, 'missing')]) {
      expect(() => readWhole(path)).toThrow(expect.objectContaining({ code: 'file-unreadable' }));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
