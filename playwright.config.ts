/**
 * End-to-end tests: the real app on loopback in this machine's browser, and the Electron shell where its binary is; and
 * the README's pictures, which are taken by hand.
 */

import { defineConfig } from '@playwright/test';
import { browserOptions } from './test/fixtures/chromium.ts';

// Hosts compute beside the other tests: with a thread for each core they would wait for one another, busily.
process.env['USUMAKU_THREADS'] = '1';

export default defineConfig({
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  // No test depends on time: these end only what hangs, also on a busy machine.
  timeout: 1_800_000,
  expect: { timeout: 300_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: browserOptions(),
    viewport: { width: 1280, height: 800 },
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'e2e', testDir: 'test/e2e' },
    { name: 'e2e-electron', testDir: 'test/e2e-electron' },
    {
      name: 'pictures',
      testDir: 'test/pictures',
      use: { contextOptions: { reducedMotion: 'reduce' }, viewport: { width: 1280, height: 660 } },
    },
  ],
});
