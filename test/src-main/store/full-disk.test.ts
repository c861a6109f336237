/** A disk that is really full: a file system of one mebibyte, where this machine lets a test mount one. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Example } from '../../../src-main/contract/entities.ts';
import { openStore } from '../../../src-main/store/index.ts';

/** The folder, or null where mounting is not allowed. */
function mountTiny(size = '1m'): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'usumaku-tiny-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => void execFileSync('umount', [folder], { stdio: 'ignore' }));
  return folder;
}

const example = (id: string, question: string): Example => ({
  ...{ id, question, answer: 'a', category: '', split: 'auto' },
  ...{ createdBy: '', createdAt: '', updatedAt: '' },
});

test('what is written in parts and does not fit leaves nothing behind, and room for the next example', ({ skip }) => {
  const folder = mountTiny('8m');
  if (folder === null) return skip('mounting a small file system needs more rights than this test has');
  const store = openStore(join(folder, '工場'));
  onTestFinished(() => store.close());
  const many = (bytes: number) =>
    Array.from({ length: 1200 }, (_, n) => example(`${bytes} ${n}`, 'あ'.repeat(bytes / 3)));
  const full = expect.objectContaining({ code: 'disk-full' }) as Error;
  for (const bytes of [1500, 3000, 9000]) {
    expect(() => [...store.examples.addMany('import', many(bytes))]).toThrow(full);
    expect(() => [
      ...store.datasets.stage(
        'version',
        many(2 * bytes).map((each) => ({ ...each, split: 'train' })),
      ),
    ]).toThrow(full);
    expect(store.examples.count()).toBe(0);
  }
  store.transaction(() => store.examples.add(example('next', 'x')));
  expect(store.examples.count()).toBe(1);
});

test('everything says disk-full, nothing is damaged, and work continues once there is space', ({ skip }) => {
  const folder = mountTiny();
  if (folder === null) return skip('mounting a small file system needs more rights than this test has');
  const ballast = join(folder, 'ballast');
  writeFileSync(ballast, Buffer.alloc(300_000));
  const store = openStore(join(folder, '田中 太郎'));
  onTestFinished(() => store.close());
  const add = (id: string) => store.transaction(() => store.examples.add(example(id, 'x'.repeat(20_000))));
  let kept = 0;
  const full = expect.objectContaining({ code: 'disk-full' }) as Error;
  expect(() => {
    for (; kept < 100; kept += 1) add(`e${kept}`);
  }).toThrow(full);
  const lines = Array.from({ length: 2000 }, (_, n) => ({ id: `${n}`, question: 'x'.repeat(400) }));
  expect(() => store.artefacts.putJsonLines(lines)).toThrow(full);
  expect(store.examples.count()).toBe(kept);
  unlinkSync(ballast);
  add('after');
  expect(store.examples.count()).toBe(kept + 1);
});
