/** The kept certificate and its key, as disks and people leave them: whole, or refused by name. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { makeCertificate } from '../../../src-main/serving/certificates.ts';
import { createCertificateStore } from '../../../src-main/store/certificate.ts';
import { seeded } from '../domain/guards/simulate.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

const made = { source: 'own', ...(await makeCertificate(new Date(), [])) } as const;

function keptIn(directory: string) {
  const store = createCertificateStore(directory);
  store.keep(made);
  return { store, path: join(directory, 'certificate.json') };
}

const code = (expected: string): Error => expect.objectContaining({ code: expected }) as Error;

test('one changed bit anywhere is noticed, or says nothing', () => {
  const { store, path } = keptIn(temporaryDirectory());
  const whole = readFileSync(path);
  const random = seeded(7);
  let refused = 0;
  for (let n = 0; n < 300; n += 1) {
    const bytes = Buffer.from(whole);
    bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
    writeFileSync(path, bytes);
    try {
      expect(store.get()).toEqual(made);
    } catch (error) {
      if (!(error instanceof OfficeError)) throw error;
      expect(error.code).toBe('certificate-damaged');
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(250);
});

test('cut, empty, and with something else in its place', () => {
  const { store, path } = keptIn(temporaryDirectory());
  const { length } = readFileSync(path);
  for (const kept of [length - 1, length >> 1, 1, 0]) {
    truncateSync(path, kept);
    expect(() => store.get()).toThrow(code('certificate-damaged'));
    store.keep(made);
  }
  for (const text of ['null', '[]', '7', '{"source":"own","certificate":{},"key":[]}']) {
    writeFileSync(path, text);
    expect(() => store.get()).toThrow(code('certificate-damaged'));
  }
  rmSync(path);
  mkdirSync(path);
  expect(() => store.get()).toThrow(code('file-unreadable'));
  rmSync(path, { recursive: true });
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [path]);
  expect(() => store.get()).toThrow(code('file-unreadable'));
});

test('one of a former version, without a hash, is read', () => {
  const { store, path } = keptIn(temporaryDirectory());
  writeFileSync(path, JSON.stringify(made));
  expect(store.get()).toEqual(made);
});
