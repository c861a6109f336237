/** A machine without a browser gets one where that may be, and otherwise a sentence with the command that brings it. */

import { describe, expect, it } from 'vitest';
import { type BrowserTools, provideBrowser } from '../browser.ts';
import { browsersHere } from '../fixtures/chromium.ts';

/** A machine with nothing on it; a program that is run may bring a browser. */
function machine(settings: Partial<BrowserTools> & { readonly bringing?: string } = {}) {
  const ran: string[] = [];
  const browsers: string[] = [];
  const tools: BrowserTools = {
    browsers: () => browsers,
    starts: async () => true,
    run: async (command) => {
      ran.push(command.join(' '));
      const brings = settings.bringing !== undefined && ran.at(-1)!.includes(settings.bringing);
      if (brings) browsers.push('/brought');
      return brings || settings.bringing === undefined;
    },
    internet: async () => true,
    linux: true,
    debian: false,
    superuser: false,
    fonts: async () => true,
    ...settings,
  };
  return { tools, ran };
}

describe('a browser for the tests', () => {
  it('is the first here that starts; nothing is installed beside it', async () => {
    const { tools, ran } = machine({ browsers: () => ['/stub', '/chrome'], starts: async (path) => path !== '/stub' });
    expect(await provideBrowser(tools)).toEqual({ path: '/chrome' });
    expect(ran).toEqual([]);
  });

  it('comes from the distribution where Debian’s superuser may install, with letters for Japanese', async () => {
    const debian = { debian: true, superuser: true, fonts: async () => false };
    const { tools, ran } = machine({ ...debian, bringing: 'chromium fonts-noto-cjk' });
    expect(await provideBrowser(tools)).toEqual({ path: '/brought' });
    expect(ran.map((command) => command.split(' ').slice(0, 2).join(' '))).toEqual([
      'apt-get update',
      'apt-get install',
    ]);
    const withFonts = machine({ ...debian, browsers: () => ['/chrome'] });
    await provideBrowser(withFonts.tools);
    expect(withFonts.ran.at(-1)).toMatch(/^apt-get install .* fonts-noto-cjk$/);
    expect(withFonts.ran.at(-1)).not.toContain('chromium');
  });

  it('is asked for alone where the fonts cannot be had', async () => {
    const debian = { debian: true, superuser: true, fonts: async () => false };
    const { tools, ran } = machine({ ...debian, run: async (command) => ran.push(command.at(-1)!) > 99 });
    await provideBrowser(tools);
    expect(ran.slice(0, 4)).toEqual(['Acquire::Retries=1', 'fonts-noto-cjk', 'chromium', 'fonts-noto-cjk']);
  });

  it('comes from Playwright’s installer where the internet is, for the superuser with its libraries', async () => {
    const user = machine({ bringing: 'playwright install chromium' });
    expect(await provideBrowser(user.tools)).toEqual({ path: '/brought' });
    expect(user.ran).toEqual(['playwright install chromium']);
    const superuser = machine({ superuser: true, bringing: '--with-deps' });
    expect(await provideBrowser(superuser.tools)).toEqual({ path: '/brought' });
  });

  it('is named as missing, with one command, where there is no way', async () => {
    const closed = machine({ internet: async () => false });
    expect(await provideBrowser(closed.tools)).toEqual({
      missing: 'none starts here, and the internet is out of reach',
      command: 'npx playwright install chromium',
    });
    expect(closed.ran).toEqual([]);
    const debian = machine({ debian: true, internet: async () => false });
    expect(await provideBrowser(debian.tools)).toMatchObject({ command: 'sudo apt-get install -y chromium' });
  });
});

describe('where a browser is looked for', () => {
  const at = (...present: string[]) => ({ exists: (path: string) => present.includes(path), ownPath: '/own/chrome' });

  it('is each system’s usual place, the path, and Playwright’s own folder at last', () => {
    const linux = { platform: 'linux', environment: { PATH: '/opt/bin:relative' } } as const;
    expect(
      browsersHere({ ...linux, ...at('/own/chrome', '/opt/bin/google-chrome', '/usr/bin/microsoft-edge') }),
    ).toEqual(['/opt/bin/google-chrome', '/usr/bin/microsoft-edge', '/own/chrome']);
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const windows = { platform: 'win32', environment: { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' } } as const;
    expect(browsersHere({ ...windows, ...at(edge) })).toEqual([edge]);
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(browsersHere({ platform: 'darwin', environment: {}, ...at(chrome) })).toEqual([chrome]);
  });

  it('is what CHROMIUM names alone; empty says none', () => {
    const linux = { platform: 'linux', ...at('/usr/bin/chromium') } as const;
    expect(browsersHere({ ...linux, environment: { CHROMIUM: '/mine' } })).toEqual(['/mine']);
    expect(browsersHere({ ...linux, environment: { CHROMIUM: '' } })).toEqual([]);
  });
});
