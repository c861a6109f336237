/** Where an adapter comes from: kept beside it, so that it is never put on another base or served after damage. */

import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import { readJsonObject } from '../weights/json.ts';

/** PEFT and other readers ignore this file. */
export const provenanceFile = 'usumaku.json';

export interface Provenance {
  /** SHA-256 of the base's weights (`fingerprint`). */
  readonly baseFingerprint: string;
  readonly baseName: string;
  /** Identity of the examples it was trained on. */
  readonly datasetHash: string;
  /** The settings of its training. */
  readonly settings: object;
  readonly seed: number;
  readonly engineVersion: string;
  /** Tokens that end an answer, as trained. */
  readonly stopTokenIds: readonly number[];
}

/** What the file holds: the above, and fingerprints of the files beside it. */
export interface StoredProvenance extends Provenance {
  readonly format: 1;
  readonly adapterSha256: string;
  readonly configSha256: string;
}

/** Null where the adapter was made elsewhere. Raises `adapter-unreadable`. */
export async function readProvenance(directory: string): Promise<StoredProvenance | null> {
  const refuse = (reason: string) => new ModelError('adapter-unreadable', { path: directory, reason });
  let json: Record<string, unknown> | null;
  try {
    json = await readJsonObject(join(directory, provenanceFile));
  } catch (cause) {
    throw cause instanceof ModelError ? refuse(cause.message.replace(/\.$/, '')) : cause;
  }
  if (json === null) return null;
  if (json['format'] !== 1)
    throw refuse(`${provenanceFile} has the format ${JSON.stringify(json['format'])}, and only 1 is known`);
  const texts = ['baseFingerprint', 'baseName', 'datasetHash', 'engineVersion', 'adapterSha256', 'configSha256'];
  const wrong = [
    ...texts.filter((name) => typeof json[name] !== 'string'),
    ...(typeof json['seed'] === 'number' ? [] : ['seed']),
    ...(typeof json['settings'] === 'object' && json['settings'] !== null ? [] : ['settings']),
    ...(Array.isArray(json['stopTokenIds']) && json['stopTokenIds'].every(Number.isInteger) ? [] : ['stopTokenIds']),
  ];
  if (wrong.length > 0) throw refuse(`${provenanceFile} lacks ${wrong.join(', ')}`);
  return json as unknown as StoredProvenance;
}

/** Raises `adapter-wrong-base` when an adapter was trained on another base; one without provenance passes. */
export function requireBase(
  provenance: Provenance | null,
  base: { readonly fingerprint: string; readonly name: string },
): void {
  if (provenance === null || provenance.baseFingerprint === base.fingerprint) return;
  throw new ModelError('adapter-wrong-base', {
    expected: `${provenance.baseName} (${provenance.baseFingerprint.slice(0, 12)})`,
    actual: `${base.name} (${base.fingerprint.slice(0, 12)})`,
  });
}
