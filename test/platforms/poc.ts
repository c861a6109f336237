/**
 * The whole path with data below Japanese letters and spaces, and in a folder whose path has 240 characters: there it
 * works too, or is refused before anything is written, with the limit.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { longestDataPath } from '../../src-main/store/path-limit.ts';
import { placeFor, require } from './logs.ts';

const poc = resolve(import.meta.dirname, '../../src-main/hosts/cli/poc.ts');
const run = (data: string) =>
  spawnSync(process.execPath, [poc, '--preset', 'quick', '--language', 'ja', '--json', '--data', data], {
    encoding: 'utf8',
    stdio: ['ignore', 'inherit', 'pipe'],
  });

const strange = run(placeFor('poc'));
// 1: the adapter misses the criteria, which so short a training may; the path has been walked all the same.
require([0, 1].includes(strange.status ?? -1), `The path ended with ${strange.status}: ${strange.stderr}`);

const place = placeFor('');
const long = join(place, 'x'.repeat(Math.max(1, 240 - place.length - 1)));
const there = run(long);
if (process.platform === 'win32' && long.length > longestDataPath) {
  require(there.status !== 0, 'A path that Windows’ libraries cannot open was taken.');
  require(there.stderr.includes(String(longestDataPath)), `The limit is not named: ${there.stderr}`);
  require(!existsSync(join(long, 'usumaku.sqlite')), 'Something was written all the same.');
} else require([0, 1].includes(there.status ?? -1), `At ${long.length} characters: ${there.status}: ${there.stderr}`);
console.log(`The whole path was walked in ${place} and judged at ${long.length} characters.`);
