/** Which files a release was proven with, by hash, and the hash of each file as it lay on the disk when it was last read. */

import type { Database } from 'better-sqlite3';
import { isSystemFile } from '../../native-models/disk/system-files.ts';
import { insertInto } from './rows.ts';

/** A file of the base's or the adapter's folder. */
export interface ProvenFile {
  readonly part: 'base' | 'adapter';
  readonly name: string;
  readonly sha256: string;
}

export interface ProvenFileStore {
  /** Empty: nobody has noted them yet. */
  ofRelease(releaseId: string): readonly ProvenFile[];
  keep(releaseId: string, files: readonly ProvenFile[]): void;
  /** null: the file has another identity now, or was never read. @param identity inode, size and times */
  knownHash(path: string, identity: string): string | null;
  keepHash(path: string, identity: string, sha256: string): void;
}

export function createProvenFileStore(database: Database): ProvenFileStore {
  const ofRelease = database.prepare<[string], ProvenFile>(
    'SELECT part, name, sha256 FROM provenFiles WHERE releaseId = ? ORDER BY part, name',
  );
  const insert = insertInto<ProvenFile & { readonly releaseId: string }>(database, 'provenFiles', [
    'releaseId',
    'part',
    'name',
    'sha256',
  ]);
  const known = database
    .prepare<[string, string], string>('SELECT sha256 FROM fileHashes WHERE path = ? AND identity = ?')
    .pluck();
  const keep = database.prepare<[string, string, string]>(
    `INSERT INTO fileHashes VALUES (?, ?, ?)
     ON CONFLICT (path) DO UPDATE SET identity = excluded.identity, sha256 = excluded.sha256`,
  );
  return {
    // Earlier versions noted what Finder had laid beside a model, too.
    ofRelease: (releaseId) => ofRelease.all(releaseId).filter(({ name }) => !isSystemFile(name)),
    keep(releaseId, files) {
      for (const file of files) insert.run({ releaseId, ...file });
    },
    knownHash: (path, identity) => known.get(path, identity) ?? null,
    keepHash: (path, identity, hash) => void keep.run(path, identity, hash),
  };
}
