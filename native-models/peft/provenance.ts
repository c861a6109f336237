/** Where an adapter comes from: kept beside it, so that it is never put on another base or served after damage. */

import { join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { IdentityPart, ModelIdentity } from '../jobs.ts';
import { differingParts } from '../models/identity.ts';
import { readJsonObject } from '../weights/json.ts';

/** PEFT and other readers ignore this file. */
export const provenanceFile = 'usumaku.json';

export interface Provenance {
  /** Identity of the base; of its weights alone where `baseParts` is missing. */
  readonly baseFingerprint: string;
  /** Left out by former versions. */
  readonly baseParts?: ModelIdentity['parts'] | undefined;
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
    ...(json['baseParts'] === undefined || isParts(json['baseParts']) ? [] : ['baseParts']),
    ...(typeof json['seed'] === 'number' ? [] : ['seed']),
    ...(typeof json['settings'] === 'object' && json['settings'] !== null ? [] : ['settings']),
    ...(Array.isArray(json['stopTokenIds']) && json['stopTokenIds'].every(Number.isInteger) ? [] : ['stopTokenIds']),
  ];
  if (wrong.length > 0) throw refuse(`${provenanceFile} lacks ${wrong.join(', ')}`);
  return json as unknown as StoredProvenance;
}

function isParts(value: unknown): boolean {
  const parts = value as Readonly<Record<string, unknown>> | null;
  return Object.keys(partNames).every((part) => typeof parts?.[part] === 'string');
}

/** Where people find each part, whatever language they speak. */
const partNames: Readonly<Record<IdentityPart, string>> = {
  weights: 'safetensors',
  configuration: 'config.json',
  tokenizer: 'tokenizer.json',
  template: 'chat_template.jinja',
};

/**
 * Raises `adapter-wrong-base` when an adapter was trained on another base, or on the same weights with another tokenizer,
 * template or configuration; one without provenance passes.
 */
export function requireBase(
  provenance: Provenance | null,
  base: Pick<ModelIdentity, 'parts'> & { readonly name: string },
): void {
  if (provenance === null) return;
  const { baseFingerprint, baseName } = provenance;
  const trained = provenance.baseParts ?? { ...base.parts, weights: baseFingerprint };
  const parts = differingParts(trained, base.parts);
  if (parts.length === 0) return;
  // Other weights are another model; what lies beside them then says nothing more.
  const named = (name: string, of: ModelIdentity['parts']) => {
    const told =
      parts[0] === 'weights'
        ? [of.weights.slice(0, 12)]
        : parts.map((part) => `${partNames[part]} ${of[part].slice(0, 12)}`);
    return `${name} (${told.join(', ')})`;
  };
  throw new ModelError('adapter-wrong-base', {
    expected: named(baseName, trained),
    actual: named(base.name, base.parts),
  });
}
