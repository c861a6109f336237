/** The shop window is built once the sources change, and starts at the same moment do not stand in each other's way. */

import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { buildRendererIfStale, rendererDirectory, rendererIsStale } from '../../../src-main/hosts/renderer-build.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

/** A checkout with the real builder and one small page. */
function checkout(): string {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'src-renderer'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'), 'junction');
  writeFileSync(join(root, 'vite.config.ts'), `export default { root: 'src-renderer' };`);
  writePage(root, 'first');
  return root;
}

const writePage = (root: string, text: string): void =>
  writeFileSync(join(root, 'src-renderer', 'index.html'), `<!doctype html><title>${text}</title>`);

const built = (root: string): string => readFileSync(join(rendererDirectory(root), 'index.html'), 'utf8');

test('three starts at once on a fresh checkout all find the pages, and leave nothing else behind', async () => {
  const root = checkout();
  const said: string[] = [];
  await Promise.all(['a', 'b', 'c'].map((start) => buildRendererIfStale(root, () => said.push(start))));
  expect(said.toSorted()).toEqual(['a', 'b', 'c']);
  expect(built(root)).toContain('first');
  expect(readdirSync(join(root, 'dist'))).toEqual(['renderer']);
});

test('and so do starts that find older pages, which stay until the new ones are whole', async () => {
  const root = checkout();
  await buildRendererIfStale(root, () => {});
  writePage(root, 'second');
  utimesSync(join(rendererDirectory(root), 'index.html'), 0, 0);
  expect(rendererIsStale(root)).toBe(true);
  const starts = [1, 2].map(() => buildRendererIfStale(root, () => {}));
  expect(built(root)).toContain('first');
  await Promise.all(starts);
  expect(built(root)).toContain('second');
  expect(readdirSync(join(root, 'dist'))).toEqual(['renderer']);
  expect(rendererIsStale(root)).toBe(false);
});

test('a source that cannot be built is an error, and the older pages stay', async () => {
  const root = checkout();
  await buildRendererIfStale(root, () => {});
  writeFileSync(join(root, 'vite.config.ts'), 'this is no configuration');
  await expect(buildRendererIfStale(root, () => {})).rejects.toThrow('vite.config.ts');
  expect(existsSync(join(rendererDirectory(root), 'index.html'))).toBe(true);
  expect(readdirSync(join(root, 'dist'))).toEqual(['renderer']);
});
