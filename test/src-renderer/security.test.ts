/** Nothing in the markup that a strict Content Security Policy would refuse, and nothing from elsewhere. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../src-renderer');
const files = globSync('**/*.{svelte,html,ts,css}', { cwd: root });
const holding = (pattern: RegExp): string[] =>
  files.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));

it('finds the sources', () => {
  expect(files.length).toBeGreaterThan(50);
});

it('writes no style attribute: places are set by `style:` directives, which go through the object model', () => {
  expect(holding(/\sstyle="/)).toEqual([]);
});

it('inserts no markup from text', () => {
  expect(holding(/\{@html|innerHTML|insertAdjacentHTML/)).toEqual([]);
});

it('uses no transition that would write a style sheet of its own', () => {
  expect(holding(/svelte\/(transition|animate)/)).toEqual([]);
});

it('loads nothing from the network', () => {
  expect(holding(/(src|href)=["']https?:|url\(\s*["']?https?:|@import/)).toEqual([]);
});
