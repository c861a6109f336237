/** Files come out of git with the same bytes on every system, also where core.autocrlf is on. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const git = (...options: string[]) =>
  execFileSync('git', ['-c', 'core.quotePath=off', ...options], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });

// An archive of the sources has no history to ask.
test.skipIf(!existsSync(join(root, '.git')))('nothing depends on how git is set up on a PC', () => {
  const files = git('ls-files', '--eol')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, stored, , attributes, path] = /^i\/(\S*)\s+w\/(\S*)\s+attr\/(.*?)\s*\t(.*)$/.exec(line) ?? [];
      return { stored, attributes, path };
    });
  expect(files.length).toBeGreaterThan(1000);
  const kept = files.filter(({ attributes }) => attributes === '-text');
  const texts = files.filter(({ attributes }) => attributes !== '-text');
  expect(texts.filter(({ attributes }) => attributes !== 'text=auto eol=lf')).toEqual([]);
  // What git takes for a binary file is named as one; what is a text holds LF.
  expect(texts.filter(({ stored }) => stored !== 'lf' && stored !== 'none')).toEqual([]);
  // Some cases hold CRLF on purpose.
  expect(kept.some(({ stored }) => stored === 'crlf')).toBe(true);
});
