/** The sentence for a Node that is too old, by whether npm could bring a newer one along. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
// Plain JavaScript, for Nodes that strip no types.
import { nodeNeeded } from '../../../src-main/hosts/node-needed.js';

const found = { version: '20.20.2', system: 'win32-arm64', installed: true, brought: true };

test('where npm has none for this system, one sentence says where it is to be had', () => {
  const sentence = nodeNeeded({ ...found, brought: false })!;
  for (const words of ['Node 24', '20.20.2', 'win32-arm64', 'https://nodejs.org']) expect(sentence).toContain(words);
  expect(sentence.split('\n')).toHaveLength(2);
});

test('where npm would bring it, npm is named; a newer one will do', () => {
  expect(nodeNeeded({ ...found, installed: false, brought: false })).toContain('npm ci');
  expect(nodeNeeded(found)).not.toContain('nodejs.org');
  for (const version of ['24.0.0', '26.1.0']) expect(nodeNeeded({ ...found, version, brought: false })).toBeNull();
});

test('its package may be missing, and the last step of the installation says what that means', () => {
  expect(packageFile.optionalDependencies).toHaveProperty('node');
  expect(packageFile.devDependencies).not.toHaveProperty('node');
  const [, script = ''] = packageFile.scripts.postinstall.split(' ');
  const { status, stderr } = spawnSync(process.execPath, [resolve(script)], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
