/** A model folder and PEFT folders under names of their own: what `usumaku api` serves, without a database. */

import { resolve } from 'node:path';
import { errorSentence, OfficeError } from '../contract/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { ApiError, badField } from './api-error.ts';
import { answerAsked, type Piece } from './answering.ts';
import { type AnsweringChoice, type ListedModel, type ServedModels, stampOf } from './models.ts';

export interface FolderModelsOptions {
  readonly engine: Engine;
  /** How the base is served. */
  readonly base: Omit<AnsweringChoice, 'adapterDirectory'> & { readonly name: string };
  readonly clock?: () => Date;
}

interface Entry extends ListedModel {
  readonly answering: AnsweringChoice;
  readonly stamp: string;
}

/** Opens the base. @throws OfficeError for a folder that is no model */
export async function folderModels({ engine, base, clock = () => new Date() }: FolderModelsOptions) {
  const { name: baseName, ...place } = base;
  const { fingerprint } = await engine.call('inspectModel', { directory: place.modelDirectory, plainTexts: true });
  const created = (): number => Math.floor(clock().getTime() / 1000);
  const entries = new Map<string, Entry>();
  const add = (id: string, parent: string | null, adapterDirectory: string | null, sha256: string | null): void => {
    const stamp = stampOf({ fingerprint, precision: place.precision, sha256, release: null });
    entries.set(id, { id, created: created(), parent, answering: { ...place, adapterDirectory }, stamp });
  };
  add(baseName, null, null, null);

  /** @throws OfficeError for a folder that does not fit the base, name-taken */
  async function addAdapter(name: string, folder: string): Promise<void> {
    if (entries.has(name)) throw new OfficeError('name-taken', { name });
    const adapterDirectory = resolve(folder);
    const job = { modelDirectory: place.modelDirectory, adapterDirectory };
    const { sha256, misfit } = await engine.call('inspectAdapter', job);
    if (misfit) throw new OfficeError(misfit.code as OfficeError['code'], misfit.values);
    if (entries.has(name)) throw new OfficeError('name-taken', { name });
    add(name, baseName, adapterDirectory, sha256);
  }

  const models: ServedModels = {
    list: () => [...entries.values()],
    find(name) {
      const entry = entries.get(name);
      if (!entry) return null;
      const { answering, stamp } = entry;
      return async (asked, { signal, onPiece }) => {
        const tell = onPiece && ((piece: Piece) => onPiece(piece, stamp));
        return { ...(await answerAsked(engine, answering, asked, { signal, onPiece: tell })), stamp };
      };
    },
    adapters: {
      async load(name, folder) {
        try {
          await addAdapter(name, folder);
        } catch (error) {
          if (!(error instanceof OfficeError)) throw error;
          if (error.code === 'name-taken') {
            const message = `The lora adapter '${name}' has already been loaded.`;
            throw badField('lora_name', message);
          }
          if (error.code.startsWith('engine-')) throw error;
          throw new ApiError(400, errorSentence(error, 'en'), { param: 'lora_path', code: error.code });
        }
      },
      unload: (name) => entries.get(name)?.parent === baseName && entries.delete(name),
    },
  };
  return { models, addAdapter };
}
