/** Certificates of the endpoint: made here, or given by the plant and looked at before they are used. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import type { CertificateWarning } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';

export interface CertificateFiles {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** Apple's systems trust no server certificate that lasts longer, whoever made it: https://support.apple.com/en-us/103769 */
const validDays = 825;

/** This machine's addresses on networks. */
export function networkAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address);
}

/** A certificate that speaks for this machine's names and addresses, signed by its own key. */
export async function makeCertificate(
  now: Date,
  addresses: readonly string[] = networkAddresses(),
): Promise<CertificateFiles> {
  // Needed once in years, and large.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const name = hostname().replace(/[^\w.-]/g, '-') || 'usumaku';
  const spokenFor = [name, 'localhost', '127.0.0.1', '::1', ...addresses];
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    // Positive, as the standard wants it.
    serialNumber: `01${Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString('hex')}`,
    name: [{ CN: [name] }, { O: ['Usumaku'] }],
    notBefore: new Date(now.getTime() - 24 * 3600 * 1000),
    notAfter: new Date(now.getTime() + (validDays - 1) * 24 * 3600 * 1000),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      // Clients that are given it as one to trust ask whether it may sign: itself, and nothing below.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        spokenFor.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = key.toString('base64').replace(/(.{64})/g, '$1\n');
  return {
    certificate: `${made.toString('pem').trim()}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${lines.trim()}\n-----END PRIVATE KEY-----\n`,
  };
}

/** @throws OfficeError certificate-unreadable, certificate-key-unreadable, certificate-key, certificate-expired */
export function requireUsable({ certificate, key }: CertificateFiles, now: Date): void {
  const parsed = read('certificate-unreadable', () => new X509Certificate(certificate));
  const secret = read('certificate-key-unreadable', () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(secret)) throw new OfficeError('certificate-key');
  const date = new Date(parsed.validTo);
  if (date <= now) throw new OfficeError('certificate-expired', { date: date.toISOString() });
}

function read<Value>(code: 'certificate-unreadable' | 'certificate-key-unreadable', parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw new OfficeError(code, { reason: (error as Error).message });
  }
}

/** Days before its end from which on a certificate is warned of. */
const daysToRenew = 30;

/** Why clients will not trust it, or soon will not, at the name or address in `url` by which they are told to call. */
export function certificateWarnings(certificate: string, url: string | null, now: Date): readonly CertificateWarning[] {
  const parsed = new X509Certificate(certificate);
  const days = (new Date(parsed.validTo).getTime() - now.getTime()) / (24 * 3600 * 1000);
  const host = url?.startsWith('https') ? new URL(url).hostname.replace(/^\[|\]$/g, '') : null;
  const named = host === null || (isIP(host) ? parsed.checkIP(host) : parsed.checkHost(host)) !== undefined;
  return [
    ...(days <= 0 ? ['expired' as const] : days < daysToRenew ? ['expires-soon' as const] : []),
    ...(named ? [] : ['other-address' as const]),
  ];
}

/** What people and clients compare. */
export function describeCertificate(certificate: string): {
  readonly fingerprint: string;
  readonly names: readonly string[];
  readonly validUntil: string;
} {
  const { fingerprint256, subjectAltName, subject, validTo } = new X509Certificate(certificate);
  const names = (subjectAltName ?? subject).split(/, |\n/).map((each) => each.replace(/^(DNS|IP Address|CN)[:=]/, ''));
  return { fingerprint: fingerprint256, names, validUntil: new Date(validTo).toISOString() };
}
