/** Makes sure that the end-to-end tests have a browser: looks for one, installs one where it may, or says what brings it. */

import { existsSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright';
import { browserOptions, browsersHere } from './fixtures/chromium.ts';
import { runProgram } from './programs.ts';

export type Browser =
  | { readonly path: string }
  /** Why there is none, and the one command that brings it. */
  | { readonly missing: string; readonly command: string };

/** What `provideBrowser` asks of the machine. */
export interface BrowserTools {
  readonly browsers: () => readonly string[];
  /** Whether one starts: a path alone may be a stub, or lack a library. */
  readonly starts: (path: string) => Promise<boolean>;
  /** Runs a program to its end or its time limit; true where it ended well. */
  readonly run: (command: readonly string[]) => Promise<boolean>;
  /** Whether the place from which Playwright fetches browsers answers. */
  readonly internet: () => Promise<boolean>;
  readonly linux: boolean;
  readonly debian: boolean;
  readonly superuser: boolean;
  /** Whether Japanese can be drawn. */
  readonly fonts: () => Promise<boolean>;
}

const playwright = ['playwright', 'install', 'chromium'] as const;
const fontPackage = 'fonts-noto-cjk';

/** Nothing here fails the tests: without a browser they are left out by name. */
export async function provideBrowser(tools: BrowserTools = machine()): Promise<Browser> {
  const { debian, superuser, linux } = tools;
  const found = await firstThatStarts(tools);
  const needed = [
    ...(found === undefined ? ['chromium'] : []),
    ...(debian && superuser && !(await tools.fonts()) ? [fontPackage] : []),
  ];
  if (debian && superuser && needed.length > 0) await aptInstall(tools, needed);
  const path = found ?? (await firstThatStarts(tools));
  if (path !== undefined) return { path };

  const withLibraries = linux && superuser ? [...playwright, '--with-deps'] : playwright;
  const answers = await tools.internet();
  if (answers) await tools.run(withLibraries);
  const installed = answers ? await firstThatStarts(tools) : undefined;
  if (installed !== undefined) return { path: installed };
  return {
    missing: answers
      ? 'none starts here, and none could be installed'
      : 'none starts here, and the internet is out of reach',
    command: debian ? `${superuser ? '' : 'sudo '}apt-get install -y chromium` : `npx ${withLibraries.join(' ')}`,
  };
}

async function firstThatStarts({ browsers, starts }: BrowserTools): Promise<string | undefined> {
  for (const path of browsers()) if (await starts(path)) return path;
  return undefined;
}

/** A mirror that does not answer costs seconds, not minutes. */
async function aptInstall({ run }: BrowserTools, packages: readonly string[]): Promise<void> {
  const patience = ['-o', 'Acquire::http::Timeout=15', '-o', 'Acquire::https::Timeout=15', '-o', 'Acquire::Retries=1'];
  await run(['apt-get', 'update', '-q', ...patience]);
  const together = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...patience];
  // One that cannot be had must not keep the other away.
  if (!(await run([...together, ...packages])) && packages.length > 1) {
    for (const name of packages) await run([...together, name]);
  }
}

function machine(): BrowserTools {
  const linux = process.platform === 'linux';
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  return {
    browsers: browsersHere,
    starts,
    run: async (command) => {
      console.log(`\n── ${command.join(' ')}`);
      return (await runProgram(command, { ...quiet, limitSeconds: 600 })) === 0;
    },
    internet: async () => {
      // Playwright knows the proxy's way; fetch does not.
      if (process.env['HTTPS_PROXY'] ?? process.env['https_proxy']) return true;
      const host = process.env['PLAYWRIGHT_DOWNLOAD_HOST'] ?? 'https://cdn.playwright.dev';
      // Any answer will do: it says that there is a way.
      return fetch(host, { method: 'HEAD', signal: AbortSignal.timeout(10_000) }).then(
        () => true,
        () => false,
      );
    },
    linux,
    // Ubuntu's package is a stub that wants the snap store.
    debian: /^ID="?debian"?$/m.test(release) && existsSync('/usr/bin/apt-get'),
    superuser: process.getuid?.() === 0,
    fonts: async () => (await runProgram(['dpkg', '-s', fontPackage], { quiet: true })) === 0,
  };
}

async function starts(path: string): Promise<boolean> {
  try {
    const browser = await chromium.launch(browserOptions(path));
    await browser.close();
    return true;
  } catch {
    return false;
  }
}
