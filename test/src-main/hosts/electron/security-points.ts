/**
 * The twenty points of Electron's security checklist, each looked at in the running shell.
 * https://www.electronjs.org/docs/latest/tutorial/security
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { expect, vi } from 'vitest';
import { contentSecurityPolicy } from '../../../../src-main/hosts/content-security-policy.ts';
import { ipcMain } from '../../../fixtures/electron-stand-in/ipc-main.ts';
import { standIn } from '../../../fixtures/electron-stand-in/state.ts';

const root = resolve(import.meta.dirname, '../../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const preferences = (): Readonly<Record<string, unknown>> => standIn.windows[0]!.options.webPreferences;
const contents = () => standIn.windows[0]!.webContents;

const elsewhere = [
  'https://example.com/',
  'http://app/',
  'file:///etc/passwd',
  'data:text/html,<p>',
  'javascript:alert(1)',
  'usumaku://elsewhere/',
  'usumaku://app.example.com/',
  'usumaku://app@example.com/',
  'usumaku:app',
];

function refusesToGo(what: string): void {
  for (const url of elsewhere) {
    const preventDefault = vi.fn();
    contents().emit(what, { url, preventDefault });
    expect(preventDefault, `${what} to ${url}`).toHaveBeenCalledOnce();
  }
}

/** What main and preload were bundled into. */
const bundles = (): string => read('dist/electron/main.js') + read('dist/electron/preload.cjs');

export const securityPoints: readonly (readonly [point: string, look: (page: Page) => Promise<void> | void])[] = [
  [
    '1. only secure content is loaded: nothing but our own pages',
    async (page) => {
      const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
      expect(loaded.length).toBeGreaterThan(0);
      const { origin } = new URL(page.url());
      expect(loaded.filter((address) => new URL(address).origin !== origin)).toEqual([]);
      const fetched = await page.evaluate(() =>
        Promise.all(
          ['http://example.com/', 'https://example.com/'].map((address) =>
            fetch(address).then(
              () => 'loaded',
              () => 'refused',
            ),
          ),
        ),
      );
      expect(fetched).toEqual(['refused', 'refused']);
    },
  ],
  [
    '2. pages have no Node',
    () => {
      const off = { nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false };
      expect(preferences()).toMatchObject(off);
    },
  ],
  ['3. contexts are isolated', () => expect(preferences()).toMatchObject({ contextIsolation: true })],
  [
    '4. processes are sandboxed, and the preload gets along with what a sandbox leaves it',
    () => {
      expect(preferences()).toMatchObject({ sandbox: true });
      const loaded = [...read('dist/electron/preload.cjs').matchAll(/require\(["']([^"']+)["']\)/g)];
      expect(loaded.map(([, name]) => name)).toEqual(['electron']);
      expect(/no-sandbox/.test(bundles())).toBe(false);
    },
  ],
  [
    '5. permissions are refused, but for copying',
    () => {
      for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read', 'usb']) {
        const answer = vi.fn();
        standIn.permissionRequest!({}, permission, answer);
        expect(answer, permission).toHaveBeenCalledExactlyOnceWith(false);
        expect(standIn.permissionCheck!({}, permission), permission).toBe(false);
      }
      expect(standIn.devicePermission!()).toBe(false);
    },
  ],
  ['6. webSecurity stays on', () => expect(preferences()).toMatchObject({ webSecurity: true })],
  [
    '7. a Content-Security-Policy is there, and acts',
    async (page) => {
      const response = await standIn.schemes.get('usumaku')!(new Request('usumaku://app/'));
      expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
      expect(contentSecurityPolicy).toContain("default-src 'none'");
      expect(contentSecurityPolicy).toContain("script-src 'self';");
      expect(contentSecurityPolicy).not.toContain('unsafe-eval');
      // It acts: a script of a page's own making does not run.
      const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'globalThis.ofPoint7 = true';
        document.head.append(script);
        return 'ofPoint7' in globalThis;
      });
      expect(ran).toBe(false);
    },
  ],
  ['8. no insecure content', () => expect(preferences()).toMatchObject({ allowRunningInsecureContent: false })],
  ['9. no experimental features', () => expect(preferences()).not.toHaveProperty('experimentalFeatures')],
  [
    '10. no Blink features are switched on',
    () => {
      expect(preferences()).not.toHaveProperty('enableBlinkFeatures');
      expect(/enable-blink-features|appendSwitch/.test(bundles())).toBe(false);
    },
  ],
  [
    '11. no webview, so none that opens windows',
    () => {
      expect(preferences()).toMatchObject({ webviewTag: false });
      const assets = readdirSync(join(root, 'dist/renderer'), { recursive: true, encoding: 'utf8' });
      const texts = assets.filter((name) => /\.(?:js|html)$/.test(name)).map((name) => read(`dist/renderer/${name}`));
      expect(texts.filter((text) => /<webview|allowpopups/i.test(text))).toEqual([]);
    },
  ],
  ['12. a webview is refused before it is made', () => refusesToGo('will-attach-webview')],
  [
    '13. pages stay where they are',
    () => {
      for (const what of ['will-navigate', 'will-frame-navigate', 'will-redirect']) refusesToGo(what);
    },
  ],
  [
    '14. no page opens a window, not even one of ours',
    async (page) => {
      standIn.asked.length = 0;
      const addresses = ['https://example.com/', 'usumaku://app/'];
      await page.evaluate((urls) => {
        for (const url of urls) window.open(url);
      }, addresses);
      await expect.poll(() => standIn.asked).toEqual(addresses.map((url) => ({ url, action: 'deny' })));
      expect(standIn.windows).toHaveLength(1);
      expect(standIn.context().pages()).toHaveLength(1);
    },
  ],
  [
    '15. nothing is handed to the system to open',
    () => expect(/openExternal\s*\(|openPath\s*\(/.test(bundles())).toBe(false),
  ],
  [
    '16. Electron is pinned to the version whose types and behaviour we build against',
    () => {
      const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
      expect(devDependencies['electron']).toMatch(/^\d+\.\d+\.\d+$/);
      expect(JSON.parse(read('node_modules/electron/package.json'))).toMatchObject({
        version: devDependencies['electron'],
      });
      expect(Number.parseInt(devDependencies['electron']!, 10)).toBeGreaterThanOrEqual(45);
    },
  ],
  [
    '17. every channel looks at who sends',
    async () => {
      expect(ipcMain.channels()).toEqual(['usumaku:request']);
      const frames = [null, ...elsewhere.map((url) => ({ url, parent: null }))];
      for (const senderFrame of [...frames, { url: 'usumaku://app/', parent: { url: 'usumaku://app/' } }]) {
        for (const channel of ipcMain.channels()) {
          const reply = await ipcMain.receive(channel, { senderFrame }, ['app.status', {}, 'first']);
          expect(reply, senderFrame?.url).toEqual({ ok: false, error: { code: 'request-foreign', values: {} } });
        }
      }
    },
  ],
  [
    '18. pages come from our own scheme, which has no more rights than a web page',
    () => {
      expect([...standIn.schemes.keys()]).toEqual(['usumaku']);
      expect(contents().getURL()).toMatch(/^usumaku:\/\/app\//);
      const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
      expect(standIn.privileges).toEqual([{ scheme: 'usumaku', privileges }]);
    },
  ],
  [
    '19. the fuses are set',
    () => {
      const [, block = ''] = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(read('electron-builder.yml')) ?? [];
      const fuses = Object.fromEntries(
        [...block.matchAll(/^ {2}(\w+): (\w+)$/gm)].map(([, name, value]) => [name, value]),
      );
      expect(fuses).toEqual({
        runAsNode: 'false',
        enableCookieEncryption: 'true',
        enableNodeOptionsEnvironmentVariable: 'false',
        enableNodeCliInspectArguments: 'false',
        enableEmbeddedAsarIntegrityValidation: 'true',
        onlyLoadAppFromAsar: 'true',
        grantFileProtocolExtraPrivileges: 'false',
      });
    },
  ],
  [
    '20. a page gets two functions, and nothing of Electron through them',
    async (page) => {
      const got = await page.evaluate(async () => {
        const api = window.usumaku!;
        const heard: unknown[][] = [];
        const end = api.subscribe('first', (...values: unknown[]) => void heard.push(values));
        await api.request('app.setOperator', { name: '佐藤' }, 'first');
        while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
        end();
        const types = Object.entries(api).map(([name, value]) => [name, typeof value]);
        const leaked = ['require', 'process', 'module', 'electron', 'ipcRenderer', 'Buffer'];
        return { types, frozen: Object.isFrozen(api), heard, leaked: leaked.filter((name) => name in globalThis) };
      });
      expect(got).toMatchObject({
        types: [
          ['request', 'function'],
          ['subscribe', 'function'],
        ],
        leaked: [],
      });
      expect(got.heard.map((values) => values.length)).toEqual(got.heard.map(() => 1));
      expect(JSON.stringify(got.heard)).not.toContain('sender');
    },
  ],
];
