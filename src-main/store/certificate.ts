/** The certificate of the endpoint and its private key, as files of their own: a copy of the database carries no key. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OfficeError } from '../contract/errors.ts';
import { readWhole, writeDurably } from './durable.ts';

const sources = ['own', 'given'] as const;

export interface KeptCertificate {
  readonly source: (typeof sources)[number];
  /** PEM, with the certificates between it and its root behind it. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface CertificateStore {
  /** @throws OfficeError certificate-damaged, file-unreadable */
  get(): KeptCertificate | null;
  /** @throws OfficeError disk-full, file-unwritable */
  keep(certificate: KeptCertificate): void;
}

export function createCertificateStore(folder: string): CertificateStore {
  // One file, so that a certificate never meets another one's key.
  const path = join(folder, 'certificate.json');
  return {
    get() {
      if (!existsSync(path)) return null;
      const text = readWhole(path).toString('utf8');
      try {
        const kept = JSON.parse(text) as KeptCertificate;
        const belongs = new X509Certificate(kept.certificate).checkPrivateKey(createPrivateKey(kept.key));
        if (belongs && sources.includes(kept.source)) return kept;
      } catch {
        // Whatever is wrong with it, another one takes its place.
      }
      throw new OfficeError('certificate-damaged', { path });
    },
    keep(certificate) {
      writeDurably(path, Buffer.from(JSON.stringify(certificate)), undefined, 0o600);
    },
  };
}
