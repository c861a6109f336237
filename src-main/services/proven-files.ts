/**
 * What serves is what was proven: adapter, weights, tokenizer and chat template are hashed once for each file identity
 * (inode, size, times); before each answer only the identities are looked at.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemFile } from '../../native-models/disk/system-files.ts';
import type { Route } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { ProvenFile } from '../store/proven-files.ts';
import { type Context, requireFound } from './context.ts';
import { modelFiles } from './model-files.ts';
import type { AdapterRelease } from './router.ts';

type Proven = Pick<AdapterRelease, 'id' | 'adapterId' | 'modelId' | 'number'>;

export interface ProvenFiles {
  /** What the release's files are now; to be kept with it once it is made. */
  read(release: Pick<Proven, 'adapterId' | 'modelId'>): Promise<readonly ProvenFile[]>;
  /** @throws OfficeError release-files-changed, model-missing, adapter-damaged */
  require(release: Proven, route: Pick<Route, 'name'>): Promise<void>;
  /** Whether its base's files are the proven ones; its adapter may be another by now. */
  hasProvenBase(release: Pick<Proven, 'id' | 'modelId'>): Promise<boolean>;
  /**
   * Reads every file of a release again, whatever its identity says: a bit that fell over on the disk changes no time. What
   * is found stops the next answer.
   * @param pause after each piece, so that others have the disk as well
   * @returns paths of files that are not the proven ones any more and were believed to be
   */
  readAgain(release: Proven, pause: () => Promise<unknown>): Promise<readonly string[]>;
}

export function createProvenFiles(context: Context): ProvenFiles {
  const { store } = context;

  const folders = ({ adapterId, modelId }: Pick<Proven, 'adapterId' | 'modelId'>) => ({
    base: requireFound(store.models.get(modelId), 'model', modelId).directory,
    adapter: requireFound(store.adapters.get(adapterId), 'adapter', adapterId).directory,
  });

  /** null: the file is not there. */
  async function hashOf(path: string): Promise<string | null> {
    const identity = await identityOf(path);
    if (identity === null) return null;
    const known = store.provenFiles.knownHash(path, identity);
    if (known !== null) return known;
    const hash = await hashOfFile(path);
    // Written to while it was read: what was read is no longer there.
    if ((await identityOf(path)) === identity) store.provenFiles.keepHash(path, identity, hash);
    return hash;
  }

  async function read(release: Pick<Proven, 'adapterId' | 'modelId'>): Promise<readonly ProvenFile[]> {
    const { base, adapter } = folders(release);
    return [...(await readPart('base', base)), ...(await readPart('adapter', adapter))];
  }

  async function readPart(part: ProvenFile['part'], folder: string): Promise<readonly ProvenFile[]> {
    const files: ProvenFile[] = [];
    for (const name of await namesIn(part, folder)) {
      const sha256 = await hashOf(join(folder, name));
      if (sha256 !== null) files.push({ part, name, sha256 });
    }
    return files;
  }

  /** Of a release from before files were noted: the adapter by its own hash, the base by what it is now. */
  async function noted(release: Proven): Promise<readonly ProvenFile[]> {
    const files = store.provenFiles.ofRelease(release.id);
    if (files.length > 0) return files;
    const { folder, sha256 } = requireFound(store.adapters.get(release.adapterId), 'adapter', release.adapterId);
    store.artefacts.verifyAdapter(folder, sha256);
    const present = await read(release);
    store.provenFiles.keep(release.id, present);
    return present;
  }

  async function requireProven(release: Proven, { name: route }: Pick<Route, 'name'>): Promise<void> {
    const files = await noted(release);
    const folder = folders(release);
    for (const { part, name, sha256 } of files) {
      const path = join(folder[part], name);
      if ((await hashOf(path)) !== sha256)
        throw new OfficeError('release-files-changed', { file: path, number: release.number, route });
    }
    // One that was laid beside them, such as another chat template, would be read as well.
    const known = new Set(files.filter(({ part }) => part === 'base').map(({ name }) => name));
    const added = (await namesIn('base', folder.base)).find((name) => !known.has(name));
    if (added === undefined) return;
    const file = join(folder.base, added);
    throw new OfficeError('release-files-changed', { file, number: release.number, route });
  }

  async function readAgain(release: Proven, pause: () => Promise<unknown>): Promise<readonly string[]> {
    const folder = folders(release);
    const changed: string[] = [];
    for (const { part, name, sha256 } of await noted(release)) {
      const path = join(folder[part], name);
      const identity = await identityOf(path);
      if (identity === null) continue;
      const believed = store.provenFiles.knownHash(path, identity);
      const hash = await hashOfFile(path, pause);
      // Written to while it was read: the next answer reads it itself.
      if ((await identityOf(path)) !== identity) continue;
      store.provenFiles.keepHash(path, identity, hash);
      if (hash !== sha256 && believed === sha256) changed.push(path);
    }
    return changed;
  }

  async function hasProvenBase({ id, modelId }: Pick<Proven, 'id' | 'modelId'>): Promise<boolean> {
    const proven = store.provenFiles.ofRelease(id).filter(({ part }) => part === 'base');
    const { directory } = requireFound(store.models.get(modelId), 'model', modelId);
    // A release from before files were noted says nothing of them.
    if (proven.length === 0) return true;
    const present = await readPart('base', directory);
    const named = new Map(proven.map(({ name, sha256 }) => [name, sha256]));
    return present.length === named.size && present.every(({ name, sha256 }) => named.get(name) === sha256);
  }

  return { read, require: requireProven, hasProvenBase, readAgain };
}

/** What decides how it computes and speaks; of an adapter all that PEFT and we write. */
async function namesIn(part: ProvenFile['part'], folder: string): Promise<readonly string[]> {
  if (part === 'base') return ((await modelFiles(folder)) ?? []).map(({ name }) => name);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.(safetensors|json)$/.test(name) && !isSystemFile(name)).sort();
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return null;
  }
}

/** A stream, because weights may be larger than memory. */
async function hashOfFile(path: string, pause: () => Promise<unknown> = async () => {}): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(piece as Buffer);
    await pause();
  }
  return hash.digest('hex');
}
