/** Printing through a browser of this machine: what it is told, and what a person is told where it fails. */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { printPdf } from '../../../src-main/hosts/node/print-pdf.ts';
import { chromiumPath, noBrowser } from '../../fixtures/chromium.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

const page = '<!doctype html><title>x</title><p>報告書</p>';

/** A program in the place of a browser. */
function standIn(script: string): string {
  const folder = temporaryDirectory();
  mkdirSync(folder);
  const path = join(folder, 'browser.mjs');
  writeFileSync(path, `#!${process.execPath}\n${script}`);
  chmodSync(path, 0o755);
  return path;
}

describe.skipIf(process.platform === 'win32')('printing', () => {
  test('asks nothing of the network and leaves nothing behind', async () => {
    const told = join(standIn(''), '../told.json');
    const browser = standIn(`
      import { readFileSync, writeFileSync } from 'node:fs';
      const options = process.argv.slice(2);
      const out = options.find((option) => option.startsWith('--print-to-pdf=')).slice(15);
      writeFileSync(out, '%PDF ' + readFileSync(new URL(options.at(-1)), 'utf8'));
      writeFileSync(${JSON.stringify(told)}, JSON.stringify(options));
    `);
    expect(Buffer.from(await printPdf(page, browser)).toString()).toBe(`%PDF ${page}`);
    const options = JSON.parse(readFileSync(told, 'utf8')) as string[];
    expect(options).toContain('--host-resolver-rules=MAP * ~NOTFOUND');
    const profile = options.find((option) => option.startsWith('--user-data-dir='))!.slice(16);
    expect(existsSync(join(profile, '..'))).toBe(false);
  });

  test('a browser that fails, or that is not there, is told in one sentence', async () => {
    await expect(printPdf(page, standIn('process.exit(3);'))).rejects.toMatchObject({ code: 'printer-failed' });
    await expect(printPdf(page, join(temporaryDirectory(), 'none'))).rejects.toMatchObject({ code: 'printer-failed' });
  });
});

test.skipIf(chromiumPath === undefined)(`a real browser writes a PDF (${noBrowser} otherwise)`, async () => {
  const pdf = Buffer.from(await printPdf(page, chromiumPath));
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
});
