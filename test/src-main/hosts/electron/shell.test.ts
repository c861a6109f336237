/** The real shell (main, preload, model process) in a real page; only the module `electron` itself is a stand-in. */

import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleElectronIfStale } from '../../../../src-main/hosts/electron/bundle.ts';
// Says what `window.usumaku` is.
import type {} from '../../../../src-renderer/lib/transport.ts';
import { askRunningHost } from '../../../../src-main/hosts/node/door-file.ts';
import { buildRendererIfStale } from '../../../../src-main/hosts/renderer-build.ts';
import { contentSecurityPolicy } from '../../../../src-main/hosts/content-security-policy.ts';
import { browserOptions, chromiumPath, noBrowser } from '../../../fixtures/chromium.ts';
import { app } from '../../../fixtures/electron-stand-in/app.ts';
import { ipcMain } from '../../../fixtures/electron-stand-in/ipc-main.ts';
import { standIn } from '../../../fixtures/electron-stand-in/state.ts';
import { securityPoints } from './security-points.ts';

vi.mock('electron', () => import('../../../fixtures/electron-stand-in/electron.ts'));

const root = resolve(import.meta.dirname, '../../../..');

describe.skipIf(chromiumPath === undefined)(`the shell${chromiumPath ? '' : ` (skipped: ${noBrowser})`}`, () => {
  const data = mkdtempSync(join(tmpdir(), '薄膜 shell '));
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await buildRendererIfStale(root, () => {});
    await bundleElectronIfStale(root);
    browser = await chromium.launch(browserOptions());
    const context = await browser.newContext({ locale: 'ja-JP' });
    // What hangs is ended by the test itself.
    context.setDefaultTimeout(0);
    standIn.use(context);
    vi.stubEnv('USUMAKU_DATA', data);
    await import('../../../../src-main/hosts/electron/main.ts');
    // A hook may not poll as a test does.
    await vi.waitFor(() => expect(standIn.dialogs.length + standIn.windows.length).toBeGreaterThan(0), 300_000);
    expect(standIn.dialogs).toEqual([]);
    page = await vi.waitFor(() => standIn.windows[0]!.webContents.page, 300_000);
    await page.waitForLoadState('load');
  });

  afterAll(async () => {
    await browser.close();
    rmSync(data, { recursive: true });
  });

  it('opens a window that isolates, sandboxes and knows no Node', () => {
    expect(standIn.windows).toHaveLength(1);
    expect(standIn.windows[0]!.options.webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    });
    expect(standIn.privileges).toEqual([
      { scheme: 'usumaku', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    expect(app.paths.get('userData')).toBe(join(data, 'window'));
  });

  it('shows the screens under the strict policy', async () => {
    await expect.poll(() => page.locator('nav').first().isVisible()).toBe(true);
    const response = await standIn.schemes.get('usumaku')!(new Request('usumaku://app/'));
    expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).toContain("script-src 'self';");
    // The policy acts: a script of a page's own making does not run.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.head.append(script);
    });
    expect(await page.evaluate(() => 'injected' in globalThis)).toBe(false);
  });

  it.each([
    'usumaku://app/../package.json',
    'usumaku://app/%2e%2e/%2e%2e/package.json',
    'usumaku://app/..%2f..%2fpackage.json',
    'usumaku://app/assets/../../electron/main.js',
    'usumaku://app//etc/passwd',
    'usumaku://elsewhere/index.html',
  ])('serves nothing outside the built screens: %s', async (address) => {
    const response = await standIn.schemes.get('usumaku')!(new Request(address));
    expect(response.status).toBe(404);
    expect(await response.text()).toBe('');
  });

  it('only reads', async () => {
    const response = await standIn.schemes.get('usumaku')!(new Request('usumaku://app/', { method: 'POST' }));
    expect(response.status).toBe(405);
  });

  it('exposes the contract and nothing else', async () => {
    expect(await page.evaluate(() => Object.keys(window.usumaku ?? {}))).toEqual(['request', 'subscribe']);
    expect(
      await page.evaluate(() =>
        ['require', 'process', 'module', 'electron', 'Buffer'].filter((name) => name in globalThis),
      ),
    ).toEqual([]);
  });

  it('takes a request through the contract to the real office and its model process', async () => {
    const reply = await page.evaluate(() => window.usumaku!.request('app.status', {}, 'first'));
    expect(reply).toMatchObject({ ok: true, value: { host: 'electron', dataDirectory: data } });
    await expect
      .poll(() => page.evaluate(() => window.usumaku!.request('app.status', {}, 'first')))
      .toMatchObject({ ok: true, value: { device: { chosen: expect.any(String) as string } } });
    const wrong = await page.evaluate(() => window.usumaku!.request('app.setOperator', { name: 7 }, 'first'));
    expect(wrong).toMatchObject({ ok: false, error: { code: 'request-invalid' } });
  });

  it('lets the system’s own dialog choose a folder, and gives the page its path alone', async () => {
    standIn.folders.push(join(data, '田中 USB'));
    const choose = () =>
      page.evaluate(() => window.usumaku!.request('models.chooseFolder', { title: 'モデル' }, 'first'));
    expect(await choose()).toEqual({ ok: true, value: { directory: join(data, '田中 USB') } });
    expect(await choose()).toEqual({ ok: true, value: { directory: null } });
    expect(standIn.folderDialogs[0]).toEqual({
      over: standIn.windows[0],
      title: 'モデル',
      properties: ['openDirectory', 'dontAddToRecent'],
    });
    const refused = await ipcMain.receive('usumaku:request', { senderFrame: null }, [
      'models.chooseFolder',
      { title: '' },
    ]);
    expect(refused).toMatchObject({ ok: false, error: { code: 'request-foreign' } });
    expect(standIn.folderDialogs).toHaveLength(2);
  });

  it('leaves a door through which a terminal asks while the window is open', async () => {
    const reply = await askRunningHost(data, 'releases.revert', {});
    expect(reply).toMatchObject({ ok: false, error: { code: 'release-none' } });
  });

  it('tells the page what changed, without the event object of Electron', async () => {
    const heard = await page.evaluate(async () => {
      const events: unknown[][] = [];
      const others: unknown[] = [];
      const end = window.usumaku!.subscribe('first', (...values: unknown[]) => void events.push(values));
      window.usumaku!.subscribe('another-department', (event) => void others.push(event));
      await window.usumaku!.request('app.setOperator', { name: '田中' }, 'first');
      while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      end();
      return { first: events[0], others };
    });
    expect(heard.first).toEqual([{ kind: 'changed', topics: expect.arrayContaining(['status']) as string[] }]);
    expect(heard.others).toEqual([]);
  });

  it.each([
    ['another page', { url: 'https://example.com/', parent: null }],
    ['a page that only looks like ours', { url: 'usumaku://app.example.com/', parent: null }],
    ['a page with our name as its user', { url: 'usumaku://app@example.com/', parent: null }],
    ['an embedded frame', { url: 'usumaku://app/', parent: { url: 'usumaku://app/' } }],
    ['a frame that has gone', null],
  ])('refuses requests from %s', async (_, senderFrame) => {
    const reply = await ipcMain.receive('usumaku:request', { senderFrame }, ['app.status', {}]);
    expect(reply).toEqual({ ok: false, error: { code: 'request-foreign', values: {} } });
  });

  it('stays where it is', async () => {
    const before = page.url();
    standIn.asked.length = 0;
    await page.evaluate(() => {
      location.href = 'https://example.com/';
    });
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'https://example.com/';
      link.target = '_blank';
      document.body.append(link);
      link.click();
      window.open('https://example.com/');
    });
    const reply = await page.evaluate(() => window.usumaku!.request('app.status', {}, 'first'));
    expect(reply.ok).toBe(true);
    expect(page.url()).toBe(before);
    const denied = { url: 'https://example.com/', action: 'deny' };
    await expect.poll(() => standIn.asked).toEqual([denied, denied]);
    expect(standIn.context().pages()).toHaveLength(1);
  });

  describe('point by point through Electron’s security checklist', () => {
    it.each(securityPoints)('%s', async (_, look) => {
      await look(page);
    });
  });

  it('grants copying', () => {
    expect(standIn.permissionCheck!({}, 'clipboard-sanitized-write')).toBe(true);
  });

  // Last: it ends the shell.
  it('closes the data and the model process with its window', async () => {
    const exit = once(app, 'stand-in-exit');
    standIn.windows[0]!.close();
    expect(await exit).toEqual([0]);
    expect(standIn.dialogs).toEqual([]);
  });
});
