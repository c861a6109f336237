/** End-to-end tests: the real app on loopback in the system's Chromium, and the Electron shell where its binary is. */

import { defineConfig } from '@playwright/test';
import { chromiumArguments, chromiumPath } from './test/fixtures/chromium.ts';

export default defineConfig({
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
      args: [...chromiumArguments],
    },
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'e2e', testDir: 'test/e2e' },
    { name: 'e2e-electron', testDir: 'test/e2e-electron' },
  ],
});
