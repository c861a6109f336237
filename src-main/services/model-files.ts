/** Whether a model's files are still where and what they were, seen without reading them. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemFile } from '../../native-models/disk/system-files.ts';
import type { ModelState } from '../contract/entities.ts';
import type { ModelFile } from '../store/models.ts';

/** What decides how a model computes and speaks. */
const relevant =
  /\.safetensors(\.index\.json)?$|^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|\.jinja$/;

/** A disk on the network that is away can keep a question waiting for half a minute; it counts as missing until it answers. */
const patience = 3000;

/** Size and time of every relevant file, by name; null where the folder is not there. */
export async function modelFiles(directory: string): Promise<readonly ModelFile[] | null> {
  const read = async () => {
    const names = (await readdir(directory)).filter((name) => relevant.test(name) && !isSystemFile(name)).sort();
    return Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(directory, name));
        return { name, bytes: size, modifiedAt: Math.trunc(mtimeMs) };
      }),
    );
  };
  return within(
    patience,
    read().catch(() => null),
  );
}

/** @param known the files when the model was last verified; none where an older app added it: then being there is all that can be said. */
export async function stateOfModel(directory: string, known: readonly ModelFile[]): Promise<ModelState> {
  const present = await modelFiles(directory);
  if (!present?.some(({ name }) => name === 'config.json')) return 'missing';
  const same = JSON.stringify(present) === JSON.stringify(known);
  return same || known.length === 0 ? 'available' : 'changed';
}

/**
 * Whether two paths are one folder that is only spelled otherwise, as systems read back what somebody typed: with other
 * capitals, or with が in two characters.
 */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const spelled = (path: string) => path.normalize('NFC').toLowerCase();
  if (spelled(one) !== spelled(other)) return false;
  const [a, b] = await Promise.all([one, other].map((path) => stat(path, { bigint: true }).catch(() => null)));
  return a != null && b != null && a.dev === b.dev && a.ino === b.ino;
}

async function within<Value>(milliseconds: number, work: Promise<Value>): Promise<Value | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), milliseconds);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
