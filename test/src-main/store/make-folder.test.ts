/** A folder is made, found, or refused with a code; asking for one never hangs. */

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeDurably } from '../../../src-main/store/durable.ts';
import { makeFolder } from '../../../src-main/store/make-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'フォルダー '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('it is made with what is above it, once', () => {
  const deep = join(folder, 'a', 'b', 'c');
  expect(makeFolder(deep)).toBe(true);
  expect(statSync(deep).isDirectory()).toBe(true);
  expect(makeFolder(deep)).toBe(false);
});

test('a file in its place, or above it, is refused', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(join(file, 'x'))).toThrow('ENOTDIR');
  for (const path of [join(file, 'x'), join(file, 'y', 'x')]) {
    expect(() => writeDurably(path, Buffer.from('report'))).toThrow(
      expect.objectContaining({ code: 'file-unwritable' }),
    );
  }
});

test.skipIf(process.platform !== 'linux')(
  'where nothing can be made it says so (skipped: only Linux has /proc)',
  () => {
    expect(() => makeFolder('/proc/usumaku/x')).toThrow('ENOENT');
    expect(() => writeDurably('/proc/usumaku/x', Buffer.from('report'))).toThrow(
      expect.objectContaining({ code: 'file-unwritable' }),
    );
  },
);
