/** Which models the endpoint offers, and what answers under their names. */

import type { Engine, EngineJobs } from '../engine/engine.ts';

type AnswerJob = EngineJobs['answer']['input'];

/** What answers under a name: a model, and the folder of an adapter or null. */
export type AnsweringChoice = Pick<AnswerJob, 'modelDirectory' | 'device' | 'quantized' | 'adapterDirectory'>;

export interface ListedModel {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The base that an adapter acts on, by its name here; null for a base, and where that is nobody's business. */
  readonly parent: string | null;
}

/** One name, as it answers at this moment. */
export interface FoundModel {
  readonly answering: AnsweringChoice;
  /** Tells what answered: the same stamp, the same model, adapter and precision. */
  readonly stamp: string;
}

export interface ServedModels {
  list(): readonly ListedModel[];
  /** null: no such name. @throws ApiError, OfficeError where it cannot answer now */
  find(name: string): Promise<FoundModel | null>;
  /** Adds and removes adapters, where the host allows it. */
  readonly adapters?: {
    /** @throws ApiError for a name that is taken and a folder that does not fit */
    load(name: string, directory: string): Promise<void>;
    /** @returns false where there is none of that name */
    unload(name: string): boolean;
  };
}

export type AnsweringEngine = Pick<Engine, 'start'>;
