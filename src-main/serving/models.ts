/** Which models the endpoint offers, and what answers under their names. */

import type { Precision } from '../contract/entities.ts';
import type { Engine, EngineJobs } from '../engine/engine.ts';
import type { Answered, Piece } from './answering.ts';
import type { Asked } from './requests.ts';

type AnswerJob = EngineJobs['answer']['input'];

/** What answers under a name: a model, and the folder of an adapter or null. */
export type AnsweringChoice = Pick<AnswerJob, 'modelDirectory' | 'device' | 'precision' | 'adapterDirectory'> & {
  readonly cacheDirectory: string;
};

export interface ListedModel {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The base that an adapter acts on, by its name here; null for a base, and where that is nobody's business. */
  readonly parent: string | null;
}

/** Who asks: what its token names. */
export interface EndpointClient {
  readonly id: string;
  readonly name: string;
  readonly kind: 'program' | 'station';
}

/** An answer with the stamp of what gave it: the same stamp, the same model, adapter, precision and release. */
export interface Stamped extends Answered {
  readonly stamp: string;
}

/** Digits of a fingerprint that tell one from another here. */
const stampDigits = 12;

interface Answerer {
  readonly fingerprint: string;
  readonly precision: Precision;
  /** Of the adapter; null: the base alone answers. */
  readonly sha256: string | null;
  /** Number of the release; null: none was made. */
  readonly release: number | null;
}

export function stampOf({ fingerprint, precision, sha256, release }: Answerer): string {
  const named = [fingerprint.slice(0, stampDigits), precision, sha256?.slice(0, stampDigits)];
  return [...named, release === null ? undefined : `r${release}`].filter((part) => part !== undefined).join('-');
}

export interface ReplyHooks {
  /** Aborted: nobody waits any more. */
  readonly signal: AbortSignal;
  /** Told as it comes. `choice` counts over all prompts. */
  readonly onPiece?: ((piece: Piece, stamp: string) => void) | undefined;
}

/** What answers under one name. @throws OfficeError: what the engine raises, `cancelled` among it */
export type ReplyOf = (asked: Asked, hooks: ReplyHooks) => Promise<Stamped>;

export interface ServedModels {
  list(): readonly ListedModel[];
  /** null: no such name. */
  find(name: string, client: EndpointClient): ReplyOf | null;
  /** Adds and removes adapters, where the host allows it. */
  readonly adapters?: {
    /** @throws ApiError for a name that is taken and a folder that does not fit */
    load(name: string, directory: string): Promise<void>;
    /** @returns false where there is none of that name */
    unload(name: string): boolean;
  };
}

export type AnsweringEngine = Pick<Engine, 'start'>;
