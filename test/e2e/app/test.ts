/** Every test gets a host of its own on an empty data folder (with a space and Japanese in its path) and a watched window of it. */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from '@playwright/test';
import type { Language } from '../../../src-main/contract/entities.ts';
import { Guard } from './guard.ts';
import { Host } from './host.ts';
import { type Texts, textsIn } from './texts.ts';
import { AppWindow } from './window.ts';

interface Options {
  readonly language: Language;
  /** Puts the data folder on a disk of this size; null for the machine's own disk. */
  readonly diskMebibytes: number | null;
  /** What the host finds set, beside what is set around the test. */
  readonly environment: NodeJS.ProcessEnv;
}

interface Fixtures {
  readonly texts: Texts;
  readonly dataDirectory: string;
  /** A folder outside the app's own, as a stick is. */
  readonly usbDisk: string;
  readonly host: Host;
  readonly guard: Guard;
  readonly window: AppWindow;
}

export const test = base.extend<Options & Fixtures>({
  language: ['ja', { option: true }],
  diskMebibytes: [null, { option: true }],
  environment: [{}, { option: true }],
  locale: ({ language }, use) => use(language === 'ja' ? 'ja-JP' : 'en-GB'),
  texts: ({ language }, use) => use(textsIn(language)),

  dataDirectory: async ({ diskMebibytes }, use, info) => {
    const folder = await mkdtemp(join(tmpdir(), 'usumaku 田中 太郎 '));
    const mounted = diskMebibytes !== null && mountDisk(folder, diskMebibytes);
    info.skip(diskMebibytes !== null && !mounted, 'mounting a small file system needs more rights than this test has');
    await use(folder);
    if (mounted) execFileSync('umount', [folder], { stdio: 'ignore' });
    await rm(folder, { recursive: true, force: true });
  },

  // eslint-disable-next-line no-empty-pattern
  usbDisk: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'USB ディスク '));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  host: async ({ dataDirectory, environment }, use, info) => {
    const host = new Host(dataDirectory, environment);
    await use(host);
    await host.stop();
    await info.attach('terminal', { body: host.output });
    const log = join(dataDirectory, 'logs', 'usumaku.log');
    if (existsSync(log)) await info.attach('log', { body: readFileSync(log) });
  },

  guard: [
    async ({ context, host }, use) => {
      const guard = new Guard();
      await guard.watch(context, host.origins);
      await use(guard);
      expect(guard.foreign, 'addresses outside this machine').toEqual([]);
      expect(guard.complaints, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],

  window: async ({ host, guard, page, texts }, use) => {
    void guard;
    await page.goto(await host.start());
    await use(new AppWindow(page, texts));
  },
});

function mountDisk(folder: string, mebibytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export { expect } from '@playwright/test';
