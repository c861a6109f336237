/** On a Windows without Microsoft's C++ runtime, `doctor` says what is missing and where to get it. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { redistributable, runtimeLibraries } from '../../src-main/engine/runtime-libraries.ts';
import { require } from './logs.ts';

const main = resolve(import.meta.dirname, '../../src-main/hosts/cli/main.ts');
const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'doctor'], { encoding: 'utf8' });
const said = stdout + stderr;
require(status !== 0, 'doctor found nothing wrong.');
for (const words of [...runtimeLibraries, redistributable()])
  require(said.includes(words), `doctor does not name ${words}: ${said}`);
console.log(said);
