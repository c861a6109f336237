/** The log is kept small, and loses no line where somebody reads a full file that should step aside. */

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { rotatingFile } from '../../../src-main/hosts/log.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';
import { cannotHold, holdFor } from '../../fixtures/held-file.ts';

test('a full file steps aside, and the oldest goes', () => {
  const path = join(temporaryDirectory(), 'usumaku.log');
  const log = rotatingFile(path, { largestBytes: 4, keep: 2 });
  for (const line of ['one\n', 'two\n', 'three\n', 'four\n']) log.write(line);
  expect([path, `${path}.1`, `${path}.2`].map((each) => readFileSync(each, 'utf8'))).toEqual([
    'four\n',
    'three\n',
    'two\n',
  ]);
});

test.skipIf(cannotHold !== null)(
  `what is held stays, and the log goes on (${cannotHold ?? 'tried here'})`,
  async () => {
    const path = join(mkdtempSync(join(tmpdir(), '薄膜 log ')), 'usumaku.log');
    onTestFinished(() => rmSync(dirname(path), { recursive: true, force: true }));
    writeFileSync(`${path}.1`, 'read by somebody\n');
    const log = rotatingFile(path, { largestBytes: 8, keep: 1 });
    log.write('one\n');
    // Whoever writes it is another user for a while.
    chmodSync(path, 0o666);
    const stoodStill = vi.spyOn(Atomics, 'wait');
    onTestFinished(() => stoodStill.mockRestore());
    const letGo = await holdFor(60_000, `${path}.1`);
    try {
      for (const line of ['two\n', 'three\n', 'four\n']) log.write(line);
    } finally {
      letGo();
    }
    expect(stoodStill).not.toHaveBeenCalled();
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\nfour\n');
    log.write('five\n');
    log.write('six\n');
    expect(readFileSync(`${path}.1`, 'utf8')).not.toContain('somebody');
  },
);
