/** Tells whoever started the shell that somebody has seen it: from then on its end is an end, not a failed start. */

import { writeFileSync } from 'node:fs';
import { seenVariable } from '../desktop/shell.ts';

export function tellSeen(): void {
  const path = process.env[seenVariable];
  if (path === undefined) return;
  try {
    writeFileSync(path, '');
  } catch {
    // Whoever waited for it has gone.
  }
}
