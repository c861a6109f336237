/**
 * Choosing a folder: by the window's own dialog, or from a list that the office reads. Only the page that holds this app's
 * session gets this far (the hosts' guards), and all it learns are names of folders and which of them hold a model;
 * neither files nor their contents leave the office.
 */

import type { folderRequests } from '../contract/areas/models.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import type { Context } from './context.ts';
import { listFolder, typedPath } from './folder-listing.ts';
import { folderPlaces } from './folder-places.ts';

export function createFolders({ chooseFolder }: Context): HandlersOf<typeof folderRequests> {
  return {
    'models.folders': async ({ path }) => {
      const [listing, places] = await Promise.all([listFolder(typedPath(path)), folderPlaces()]);
      return { ...listing, places };
    },
    'models.chooseFolder': async ({ title }) => {
      if (!chooseFolder) throw new OfficeError('folder-dialog-missing');
      return { directory: await chooseFolder(title) };
    },
  };
}
