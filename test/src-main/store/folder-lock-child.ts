/** Takes a folder and gives it back, again and again, and tells its parent how often it was served, told, or met another inside. */

import { closeSync, openSync, rmSync } from 'node:fs';
import { holdFolder } from '../../../src-main/store/folder-lock.ts';

const [folder = '', witness = '', rounds = ''] = process.argv.slice(2);
const counts = { served: 0, told: 0, overlaps: 0, failures: [] as string[] };

function once(): void {
  const hold = holdFolder(folder);
  if (hold === null) return void counts.told++;
  counts.served++;
  try {
    closeSync(openSync(witness, 'wx'));
    rmSync(witness);
  } catch {
    counts.overlaps++;
  }
  hold.release();
}

process.once('message', () => {
  for (let round = 0; round < Number(rounds); round++) {
    try {
      once();
    } catch (error) {
      counts.failures.push(String(error));
    }
  }
  process.send!(counts);
  process.disconnect();
});
process.send!('ready');
