/** The certificate of the endpoint and its private key, as files of their own: a copy of the database carries no key. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeDurably } from './durable.ts';

export interface KeptCertificate {
  readonly source: 'own' | 'given';
  /** PEM, with the certificates between it and its root behind it. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface CertificateStore {
  get(): KeptCertificate | null;
  /** @throws OfficeError disk-full, file-unwritable */
  keep(certificate: KeptCertificate): void;
}

export function createCertificateStore(folder: string): CertificateStore {
  // One file, so that a certificate never meets another one's key.
  const path = join(folder, 'certificate.json');
  return {
    get: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as KeptCertificate) : null),
    keep(certificate) {
      writeDurably(path, Buffer.from(JSON.stringify(certificate)), undefined, 0o600);
    },
  };
}
