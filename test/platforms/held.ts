/** Two processes make the blocks of one model at once, while a third opens their files for itself again and again. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { powershellOptions, powershellPath } from '../../native-models/system/powershell.ts';
import { placeFor, require } from './logs.ts';

const child = resolve(import.meta.dirname, '../native-models/quantize/cache-child.ts');
const model = resolve(import.meta.dirname, '../goldens/qwen2-tied');
const rounds = 5;

/** On Windows nobody else may open a file meanwhile; elsewhere that cannot be had, and it is only read. */
function meddle(folder: string): ChildProcess {
  if (process.platform === 'win32') {
    const script = `while ($true) {
      foreach ($file in Get-ChildItem -Recurse -File -LiteralPath '${folder.replaceAll("'", "''")}') {
        try { $held = [IO.File]::Open($file.FullName, 'Open', 'Read', 'None'); Start-Sleep -Milliseconds 300; $held.Close() } catch { }
      }
    }`;
    return spawn(powershellPath(), powershellOptions(script), { stdio: 'ignore' });
  }
  const script = `
    const { readdirSync, readFileSync } = require('node:fs');
    setInterval(() => {
      for (const each of readdirSync(process.argv[1], { recursive: true, withFileTypes: true }))
        try { readFileSync(each.parentPath + '/' + each.name); } catch {}
    }, 20);`;
  return spawn(process.execPath, ['-e', script, folder], { stdio: 'ignore' });
}

for (let round = 1; round <= rounds; round += 1) {
  const cache = placeFor(`held ${round} ${Date.now()}`);
  const meddler = meddle(cache);
  try {
    const make = () => promisify(execFile)(process.execPath, [child, model, cache]);
    const [one, other] = await Promise.all([make(), make()]);
    require(one.stdout !== '' && one.stdout === other.stdout, 'Two processes made different blocks of one model.');
  } finally {
    meddler.kill();
  }
  const [folder = ''] = readdirSync(cache);
  const names = readdirSync(join(cache, folder)).filter((name) => !name.endsWith('.part'));
  require(names.length === 4, `Not the two matrices and their hashes: ${names.join(', ')}`);
}
console.log(`Two conversions at once, ${rounds} times, while their files were held: the same blocks each time.`);
