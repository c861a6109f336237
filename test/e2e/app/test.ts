/** Every test gets a host of its own on an empty data folder (with a space and Japanese in its path) and a window of it. */

import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import type { Language } from '../../../src-main/contract/entities.ts';
import { Host } from './host.ts';
import { type Texts, textsIn } from './texts.ts';
import { AppWindow } from './window.ts';

interface Options {
  readonly language: Language;
}

interface Fixtures {
  readonly texts: Texts;
  readonly dataDirectory: string;
  readonly host: Host;
  readonly window: AppWindow;
}

export const test = base.extend<Options & Fixtures>({
  language: ['ja', { option: true }],
  locale: ({ language }, use) => use(language === 'ja' ? 'ja-JP' : 'en-GB'),
  texts: ({ language }, use) => use(textsIn(language)),

  // Playwright reads the first parameter's names, so it must be a pattern even where nothing is needed.
  // eslint-disable-next-line no-empty-pattern
  dataDirectory: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'usumaku 田中 太郎 '));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  host: async ({ dataDirectory }, use, info) => {
    const host = new Host(dataDirectory);
    await use(host);
    await host.stop();
    await info.attach('terminal', { body: host.output });
    const log = join(dataDirectory, 'logs', 'usumaku.log');
    if (existsSync(log)) await info.attach('log', { body: readFileSync(log) });
  },

  window: async ({ host, page, texts }, use) => {
    await page.goto(await host.start());
    await use(new AppWindow(page, texts));
  },
});

export { expect } from '@playwright/test';
