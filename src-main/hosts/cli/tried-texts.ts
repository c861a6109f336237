/** Which tokenizers and templates came back from their trial, kept for this user so that each is tried once. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readOwnJson, writeOwnJson } from '../../../native-models/disk/own-files.ts';
import packageFile from '../../../package.json' with { type: 'json' };
import { dataDirectory } from '../data-directory.ts';

/** Whatever of a model folder says how its texts are read; never its weights. */
const ofTexts = /\.(json|jinja|txt)$/;
/** More folders than anybody goes back to. */
const kept = 200;

const file = (): string => join(dataDirectory(undefined), 'tried-texts.json');

/** One string for this version and every file that a tokenizer or template may be in; null where there is nothing to read. */
export function textsOfFolder(directory: string): string | null {
  try {
    const names = readdirSync(directory).filter((name) => ofTexts.test(name));
    // What is no file would be waited for; the trial refuses it by name.
    if (!names.every((name) => statSync(join(directory, name)).isFile())) return null;
    const hash = createHash('sha256').update(packageFile.version);
    for (const name of names.sort()) hash.update(`\0${name}\0`).update(readFileSync(join(directory, name)));
    return names.length === 0 ? null : hash.digest('hex');
  } catch {
    return null;
  }
}

export const cameBack = (texts: string): boolean => readKept().includes(texts);

/** A data folder that is not there, or cannot be written to, costs the next command another trial, nothing else. */
export function keepCameBack(texts: string): void {
  try {
    writeOwnJson(file(), [texts, ...readKept()].slice(0, kept));
  } catch {
    // See above.
  }
}

function readKept(): readonly string[] {
  try {
    const read = readOwnJson(file());
    return Array.isArray(read) ? read.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
