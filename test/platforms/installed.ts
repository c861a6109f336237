/**
 * `node test/platforms/installed.ts PROGRAM`: starts the installed app, trains on the sample plant in its window and
 * closes it. The window is spoken to through Chromium's own port, because an installed app hands out no debugger of Node's.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Page } from 'playwright';
import type { Reply, RequestInput, RequestName } from '../../src-main/contract/index.ts';
import { placeFor, require } from './logs.ts';

const [program = ''] = process.argv.slice(2);
const port = 9333;
const data = placeFor(`installed ${Date.now()}`);

const app = spawn(program, [`--remote-debugging-port=${port}`], {
  stdio: 'inherit',
  env: { ...process.env, USUMAKU_DATA: data },
});
app.on('error', (error) => require(false, `${program} does not start: ${error.message}`));
const ended = once(app, 'exit');
void ended.then(([code]) => console.log(`The app ended with ${String(code)}.`));

const page = await window();
const status = await ask(page, 'app.status', {});
require(status.host === 'electron' && status.dataDirectory === data, `The window answers ${JSON.stringify(status)}.`);
await ask(page, 'project.loadSample', { language: 'ja' });
const { id: runId } = await ask(page, 'training.start', { preset: 'quick' });
for (;;) {
  const { state, step, steps, error } = await ask(page, 'training.get', { runId });
  if (state === 'completed') break;
  require(state === 'waiting' || state === 'running', `The training is ${state}: ${JSON.stringify(error)}`);
  console.log(`step ${step} of ${steps}`);
  await sleep(5_000);
}
// As a person closes it: nothing runs, so nothing is asked, and the app ends by itself.
await page.evaluate('window.close()');
const [code] = (await ended) as [number | null];
require(code === 0, `The app ended with ${code}.`);
console.log('Installed, started, trained and closed.');
process.exit(0);

/** The app's window, as soon as its page answers. */
async function window(): Promise<Page> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    await sleep(1_000);
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`).catch(() => null);
    const found = browser?.contexts().flatMap((context) => context.pages())[0];
    if (found && (await found.evaluate(`'usumaku' in window`).catch(() => false))) return found;
  }
  app.kill();
  throw new Error('No window came within two minutes.');
}

async function ask<Name extends RequestName>(
  on: Page,
  name: Name,
  input: RequestInput<Name>,
): Promise<Extract<Reply<Name>, { ok: true }>['value']> {
  const values = [name, input, 'first'].map((value) => JSON.stringify(value)).join(', ');
  const reply = await on.evaluate<Reply<Name>>(`window.usumaku.request(${values})`);
  if (!reply.ok) throw new Error(`${name}: ${JSON.stringify(reply.error)}`);
  return reply.value;
}
