/** What a terminal is told where Windows lacks what the model process needs. */

import type { Language } from '../contract/entities.ts';
import { librariesHere, redistributable, type RuntimeLibrary } from '../engine/runtime-libraries.ts';
import { say } from './sentences.ts';

/** Null where nothing is missing, or the system is another. */
export function runtimeMissing(
  language: Language,
  libraries: readonly RuntimeLibrary[] = process.platform === 'win32' ? librariesHere() : [],
): string | null {
  const unfit = libraries.filter(({ fit }) => !fit);
  if (unfit.length === 0) return null;
  const names = unfit.map(({ name, version }) => (version === null ? name : `${name} (${version})`)).join(', ');
  return say('runtime-missing', language, { names, address: redistributable() });
}
