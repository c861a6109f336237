/** `npm run pictures`: drives the real app through the whole path and photographs its screens for the README. */

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect } from '@playwright/test';
import type { StepName } from '../../src-main/contract/entities.ts';
import { Host } from '../e2e/app/host.ts';
import { apply, ask, evaluate, loadSamplePlant, startTraining, untilTrained } from '../e2e/app/path.ts';
import { textsIn } from '../e2e/app/texts.ts';
import { AppWindow } from '../e2e/app/window.ts';
import { chromiumArguments, chromiumPath } from '../fixtures/chromium.ts';

/** A README is read on the web: nobody waits for more. */
const largestBytes = 150_000;

const question = 'P-07の締付トルクは？';
const data = await mkdtemp(join(tmpdir(), 'usumaku-pictures-'));
const host = new Host(data);
const browser = await chromium.launch({
  ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
  args: [...chromiumArguments],
});

try {
  const context = await browser.newContext({ locale: 'ja-JP', viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(await host.start());
  const window = new AppWindow(page, textsIn('ja'));

  await loadSamplePlant(window);
  await window.go('train');
  await startTraining(window);
  await expect(page.getByText(window.texts.like('train.answer.running'))).toBeVisible({ timeout: 120_000 });
  await untilTrained(window);
  await window.go('prove');
  await evaluate(window);
  await window.go('rollout');
  await apply(window);
  await window.go('operate');
  await ask(window, question);

  await photograph(window, 'operate');
  for (const step of ['setup', 'collect', 'train', 'prove', 'rollout', 'govern'] as const) {
    await window.go(step);
    await photograph(window, step);
  }

  // The same plant in English and in the dark.
  const english = await browser.newContext({
    locale: 'en-GB',
    colorScheme: 'dark',
    viewport: { width: 1280, height: 800 },
    storageState: await context.storageState(),
  });
  const dark = await english.newPage();
  await dark.goto(new URL('/#/prove', page.url()).href);
  await dark.evaluate(() => localStorage.setItem('usumaku.language', 'en'));
  await dark.reload();
  await photograph(new AppWindow(dark, textsIn('en')), 'prove', 'prove-dark-en');
} finally {
  await browser.close();
  await host.stop();
  await rm(data, { recursive: true, force: true });
}

/** Waits until the screen has settled: its question, its answer, no bar still moving, no notice in the way. */
async function photograph(window: AppWindow, step: StepName, name: string = step): Promise<void> {
  const { page, texts } = window;
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(window.answer).not.toBeEmpty();
  for (const notice of await page.getByRole('button', { name: texts.say('action.close') }).all()) {
    await notice.click({ timeout: 2000 }).catch(() => {});
  }
  await page.evaluate(async () => {
    scrollTo(0, 0);
    await document.fonts.ready;
  });
  const path = join(import.meta.dirname, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = await stat(path);
  if (size > largestBytes) throw new Error(`${path} has ${size} bytes; at most ${largestBytes} are fit for a README.`);
  console.log(`${name}.png ${Math.round(size / 1000)} kB`);
}
