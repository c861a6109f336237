/** A folder has one holder at a time, however many come and go, and nobody meets a folder that is just going. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdFolder, lockFile } from '../../../src-main/store/folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '鍵 lock '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('it is made with what is above it, and only what was made for it goes again', () => {
  const deep = join(folder, 'a', 'b');
  const hold = holdFolder(deep)!;
  expect(readdirSync(deep)).toEqual([lockFile]);
  hold.release();
  expect(existsSync(deep)).toBe(false);
  expect(existsSync(join(folder, 'a'))).toBe(true);

  holdFolder(join(folder, 'a'))!.release();
  expect(existsSync(join(folder, 'a'))).toBe(true);
});

test('what was written into it stays', () => {
  const made = join(folder, 'made');
  const hold = holdFolder(made)!;
  writeFileSync(join(made, 'result'), '');
  hold.release();
  expect(readdirSync(made)).toEqual(['result']);
});

test('a lock file that was left behind holds nobody off', () => {
  writeFileSync(join(folder, lockFile), '');
  holdFolder(folder)!.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('what stands in the way is thrown with its code, at once', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => holdFolder(join(folder, 'file'))).toThrow(expect.objectContaining({ code: 'EEXIST' }) as Error);
  expect(() => holdFolder(join(folder, 'file', 'x'))).toThrow(expect.objectContaining({ code: 'ENOTDIR' }) as Error);
  mkdirSync(join(folder, 'taken', lockFile), { recursive: true });
  expect(() => holdFolder(join(folder, 'taken'))).toThrow(expect.objectContaining({ code: 'EISDIR' }) as Error);
});

test('of many that take it and give it back at the same time each is served or told, and none meets another inside', async () => {
  const [processes, rounds] = [4, 150];
  const taken = join(folder, 'many', 'taken');
  const program = fileURLToPath(new URL('folder-lock-child.ts', import.meta.url));
  const children = Array.from({ length: processes }, () =>
    fork(program, [taken, join(folder, 'witness'), String(rounds)], { execArgv: [] }),
  );
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const counted = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('go');
    const counts = (await Promise.all(counted)).map(([count]) => count as Record<string, number>);
    expect(counts).toEqual(counts.map(() => expect.objectContaining({ overlaps: 0, failures: [] })));
    const sum = (name: string) => counts.reduce((so, count) => so + count[name]!, 0);
    expect(sum('served') + sum('told')).toBe(processes * rounds);
    expect(sum('served')).toBeGreaterThan(0);
  } finally {
    for (const child of children) child.kill('SIGKILL');
  }
});
