/** Where the proofs of a platform leave their data and logs, so that a workflow can keep them. */

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Made anew for each name; Japanese letters and spaces lie on the way. */
export function placeFor(name: string): string {
  const place = join(resolve('platform-logs'), `田中 太郎 ${name}`);
  mkdirSync(place, { recursive: true });
  return place;
}

/** Ends the proof with a sentence where something is not as it has to be. */
export function require(holds: boolean, sentence: string): void {
  if (holds) return;
  console.error(sentence);
  process.exit(1);
}
