/** Base models: the library, the check list of a folder, and choosing a folder. */

import * as v from 'valibot';
import type { FolderListing, LibraryModel, Licence, ModelCheck } from '../entities.ts';
import { id, nothing, path, text } from '../fields.ts';
import { command, gives, query } from '../request.ts';

const ofModel = v.strictObject({ modelId: id });
const inDirectory = v.strictObject({ directory: path });

export const modelRequests = {
  'models.list': query({
    input: nothing,
    output: gives<readonly LibraryModel[]>(),
    permission: 'read',
    staleAfter: ['models'],
  }),
  'models.add': command({ input: inDirectory, output: gives<LibraryModel>(), permission: 'administer' }),
  /** The same weights at another place, or read again where they lie. */
  'models.relocate': command({
    input: v.strictObject({ modelId: id, directory: path }),
    output: gives<LibraryModel>(),
    permission: 'administer',
  }),
  /** Takes a model out of the library; its files stay. */
  'models.remove': command({ input: ofModel, output: gives<null>(), permission: 'administer' }),
  'models.licence': query({ input: ofModel, output: gives<Licence>(), permission: 'read', staleAfter: [] }),
};

export const modelCheckRequests = {
  /** Begins the check list of a folder; `checking-model` events carry it on. One at a time: another ends it. */
  'models.check': command({ input: inDirectory, output: gives<ModelCheck>(), permission: 'administer' }),
  'models.cancelCheck': command({
    input: v.strictObject({ checkId: id }),
    output: gives<null>(),
    permission: 'administer',
  }),
};

export const folderRequests = {
  /** The folders in a folder; an empty path is the home folder. */
  'models.folders': query({
    input: v.strictObject({ path }),
    output: gives<FolderListing>(),
    permission: 'administer',
    staleAfter: [],
  }),
  /** The system's own dialog, where the window has one. null: nothing was chosen. */
  'models.chooseFolder': command({
    input: v.strictObject({ title: text(200) }),
    output: gives<{ readonly directory: string | null }>(),
    permission: 'administer',
  }),
};

export const modelEvents = ['model.added', 'model.failed', 'model.moved', 'model.verified', 'model.removed'] as const;
