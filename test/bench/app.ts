/** The app itself: how soon its window can be used, and whether its host stays quick while it trains. */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, expect } from '@playwright/test';
import { loadSamplePlant, startTraining, untilTrained } from '../e2e/app/path.ts';
import { textsIn } from '../e2e/app/texts.ts';
import { AppWindow } from '../e2e/app/window.ts';
import { browserOptions } from '../fixtures/chromium.ts';
import type { EventLoopDelays } from './event-loop-probe.ts';
import { median } from './measure.ts';

const root = resolve(import.meta.dirname, '../..');
const probe = join(import.meta.dirname, 'event-loop-probe.ts');
const starts = 5;

export interface AppFigures {
  /** Milliseconds from the start of the process to a window that can be used, of each start but the first. */
  readonly usable: readonly number[];
  /** The host's event loop while the sample plant is trained, with an open window. */
  readonly whileTraining: EventLoopDelays;
  readonly trainingSeconds: number;
}

/** The renderer must be built already, as it is from the second start on. */
export async function measureApp(): Promise<AppFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'usumaku-bench-app-'));
  const browser = await chromium.launch(browserOptions());
  try {
    const usable: number[] = [];
    for (let start = 0; start <= starts; start++) {
      const { milliseconds, host, page } = await openWindow(browser, folder);
      await page.close();
      await stop(host);
      // The first start makes the database and, after a change, builds the renderer.
      if (start > 0) usable.push(milliseconds);
    }
    return { usable, ...(await train(browser, folder)) };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The middle start, in milliseconds. */
export const usualStart = ({ usable }: AppFigures): number => median(usable);

async function openWindow(browser: Browser, folder: string, execArgv: readonly string[] = []) {
  const page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
  const begun = performance.now();
  const host = fork(join(root, 'src-main/hosts/start.js'), ['--no-open', '--data', folder], {
    cwd: root,
    execArgv: [...execArgv],
    env: { ...process.env, USUMAKU_DATA: '', LANG: 'en_GB.UTF-8' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  await page.goto(await addressOf(host));
  const texts = textsIn('en');
  await expect(page.getByRole('button', { name: texts.say('action.save') })).toBeVisible({ timeout: 60_000 });
  return { milliseconds: performance.now() - begun, host, page };
}

function addressOf(host: ChildProcess): Promise<string> {
  const { promise, resolve: found, reject } = Promise.withResolvers<string>();
  let output = '';
  host.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    const url = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(output)?.[0];
    if (url !== undefined) found(url);
  });
  host.once('exit', (code) => reject(new Error(`The host ended with ${code}:\n${output}`)));
  return promise;
}

async function stop(host: ChildProcess): Promise<void> {
  const ended = once(host, 'exit');
  host.kill('SIGTERM');
  await ended;
}

async function train(browser: Browser, folder: string): Promise<Omit<AppFigures, 'usable'>> {
  // A start is timed without the probe: loading it takes longer than most of what a start does.
  const { host, page } = await openWindow(browser, folder, ['--import', probe]);
  const window = new AppWindow(page, textsIn('en'));
  try {
    await loadSamplePlant(window);
    await window.go('train');
    await window.choose(window.texts.say('preset.quick'));
    await startTraining(window);
    await delaysOf(host);
    const begun = performance.now();
    await untilTrained(window);
    const trainingSeconds = (performance.now() - begun) / 1000;
    return { whileTraining: await delaysOf(host), trainingSeconds };
  } finally {
    await page.close();
    await stop(host);
  }
}

async function delaysOf(host: ChildProcess): Promise<EventLoopDelays> {
  const answered = once(host, 'message');
  host.send('delays');
  const [delays] = (await answered) as [EventLoopDelays];
  return delays;
}
