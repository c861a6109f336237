/** The certificate of the endpoint and its private key, as files of their own: a copy of the database carries no key. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OfficeError } from '../contract/errors.ts';
import { readWhole, sha256, writeDurably } from './durable.ts';

const sources = ['own', 'given'] as const;

export interface KeptCertificate {
  readonly source: (typeof sources)[number];
  /** PEM, with the certificates between it and its root behind it. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** What the file holds. One of a former version has no hash. */
interface KeptFile extends KeptCertificate {
  /** Over the other three: a changed letter of a signature would be noticed by those alone who ask. */
  readonly sha256?: string;
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
        const { source, certificate, key, sha256: expected } = JSON.parse(text) as KeptFile;
        const kept = { source, certificate, key };
        const belongs = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
        const whole = expected === undefined || expected === hashOf(kept);
        if (belongs && whole && sources.includes(source)) return kept;
      } catch {
        // Whatever is wrong with it, another one takes its place.
      }
      throw new OfficeError('certificate-damaged', { path });
    },
    keep(certificate) {
      const file: KeptFile = { ...certificate, sha256: hashOf(certificate) };
      writeDurably(path, Buffer.from(JSON.stringify(file)), undefined, 0o600);
    },
  };
}

const hashOf = ({ source, certificate, key }: KeptCertificate): string =>
  sha256(JSON.stringify([source, certificate, key]));
