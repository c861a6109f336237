/** The real Electron, where its binary is on this machine: what the stand-in cannot prove. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test as base, _electron, type ElectronApplication } from '@playwright/test';
import { bundleElectronIfStale } from '../../src-main/hosts/electron/bundle.ts';
import { findElectron } from '../../src-main/hosts/electron-binary.ts';
import { buildRendererIfStale } from '../../src-main/hosts/renderer-build.ts';
// Says what `window.usumaku` is.
import type {} from '../../src-renderer/lib/transport.ts';

const root = resolve(import.meta.dirname, '../..');
const electron = findElectron();
const reasons = {
  binary: 'Electron’s program file is not on this machine; `npm start` fetches it where the internet is',
  package: 'the package electron is not installed',
  override: 'ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron',
  display: 'there is no display here',
  root: 'Electron does not run as the superuser',
};

const test = base.extend<{ shell: ElectronApplication }>({
  // Playwright reads the first parameter's names, so it must be a pattern even where nothing is needed.
  // eslint-disable-next-line no-empty-pattern
  shell: async ({}, use) => {
    const data = await mkdtemp(join(tmpdir(), 'usumaku 田中 太郎 '));
    const shell = await _electron.launch({
      executablePath: 'path' in electron ? electron.path : '',
      args: [root],
      env: { ...(process.env as Record<string, string>), USUMAKU_DATA: data },
    });
    await use(shell);
    await shell.close();
    await rm(data, { recursive: true, force: true });
  },
});

test.skip('missing' in electron, 'missing' in electron ? reasons[electron.missing] : '');

test.beforeAll(async () => {
  await buildRendererIfStale(root, () => {});
  await bundleElectronIfStale(root);
});

test('opens one window on our own scheme, sandboxed, with the contract and nothing else', async ({ shell }) => {
  const window = await shell.firstWindow();
  await expect(window.getByRole('navigation')).toBeVisible();
  expect(window.url()).toMatch(/^usumaku:\/\/app\//);
  expect(await window.evaluate(() => Object.keys(globalThis.window.usumaku ?? {}))).toEqual(['request', 'subscribe']);
  expect(await window.evaluate(() => 'require' in globalThis || 'process' in globalThis)).toBe(false);
  expect(await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('the model process answers as a utility process', async ({ shell }) => {
  const window = await shell.firstWindow();
  await expect
    .poll(() => window.evaluate(() => globalThis.window.usumaku!.request('app.status', {}, 'first')))
    .toMatchObject({ ok: true, value: { host: 'electron', device: { chosen: expect.any(String) as unknown } } });
  const types = await shell.evaluate(({ app }) => app.getAppMetrics().map(({ type }) => type));
  expect(types).toContain('Utility');
});

test('goes nowhere else', async ({ shell }) => {
  const window = await shell.firstWindow();
  const before = window.url();
  await window.evaluate(() => {
    globalThis.window.open('https://example.com/');
    location.href = 'https://example.com/';
  });
  const reply = await window.evaluate(() => globalThis.window.usumaku!.request('app.status', {}, 'first'));
  expect(reply.ok).toBe(true);
  expect(window.url()).toBe(before);
  expect(shell.windows()).toHaveLength(1);
});
