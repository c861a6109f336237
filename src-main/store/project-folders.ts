/** Where the projects of a data folder lie: the first in the folder itself, each further one in `projects/ID`. */

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readOrdinaryNow } from '../../native-models/disk/ordinary.ts';
import { removeNow } from '../../native-models/disk/patient.ts';
import { storageError } from './storage-errors.ts';
import { writeDurably } from './durable.ts';

/** What every project's folder holds. */
export const databaseName = 'usumaku.sqlite';

/** What an id may be: never a path. */
const idPattern = /^[0-9a-zA-Z_-]{1,64}$/;

export interface ProjectFolders {
  /** Ids of the further projects. @throws OfficeError file-unwritable */
  ids(): readonly string[];
  of(id: string): string;
  /** How it was called last, for whoever cannot open its database; empty where nobody knows. */
  lastName(id: string): string;
  /** A disk that is full costs the name of a project that cannot be opened later, nothing else. */
  keepName(id: string, name: string): void;
  /** Takes away what was made of a new one. */
  remove(id: string): void;
}

export function projectFolders(dataDirectory: string): ProjectFolders {
  const all = join(dataDirectory, 'projects');
  const of = (id: string) => join(all, id);
  const nameFile = (id: string) => join(of(id), 'name.txt');
  /** Or was: one whose database is lost is no folder of somebody else's. */
  const isProject = (id: string) => [databaseName, 'adapters'].some((name) => existsSync(join(of(id), name)));
  return {
    of,
    ids() {
      try {
        return readdirSync(all).filter((name) => idPattern.test(name) && isProject(name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw storageError(error, all) ?? error;
      }
    },
    lastName(id) {
      try {
        return readOrdinaryNow(nameFile(id), 1).toString('utf8').trim();
      } catch {
        return '';
      }
    },
    keepName(id, name) {
      try {
        writeDurably(nameFile(id), Buffer.from(`${name}\n`));
      } catch {
        // See above.
      }
    },
    remove: (id) => removeNow(of(id)),
  };
}
