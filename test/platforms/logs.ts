/** Where the proofs of a platform leave their data and logs, so that a workflow can keep them. */

import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Made where it is not there; Japanese letters and spaces lie on the way, but none at its end, which Windows takes for another folder. */
export function placeFor(name: string): string {
  const place = join(resolve('platform-logs'), `田中 太郎 ${name}`.trim());
  mkdirSync(place, { recursive: true });
  return place;
}

/** Ends the proof with a sentence where something is not as it has to be. */
export function require(holds: boolean, sentence: string): void {
  if (holds) return;
  console.error(sentence);
  process.exit(1);
}
