/** Programs and stations: the endpoint is switched on, a token made, and a tablet asks, also after its network was away. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import OpenAI from 'openai';
import { freePort } from '../fixtures/free-port.ts';
import { expect, test } from './app/test.ts';
import { textsIn } from './app/texts.ts';
import type { AppWindow } from './app/window.ts';

/** Opens the screen from Set up and switches the endpoint on, on this machine. @returns its address */
async function switchOn(window: AppWindow): Promise<string> {
  const { page, texts } = window;
  await page.getByText(texts.say('setup.advanced')).click();
  await window.press(texts.say('endpoint.open'));
  await expect(window.answer).toHaveText(texts.say('endpoint.answerOff'));
  await window.choose(texts.say('endpoint.way.machine'));
  const port = await freePort();
  await page.getByLabel(texts.say('field.port'), { exact: true }).fill(String(port));
  await window.press(texts.say('action.save'));
  const url = `http://127.0.0.1:${port}`;
  await expect(window.answer).toHaveText(texts.say('endpoint.answerOn', { url, count: 0 }));
  return url;
}

async function addClient(window: AppWindow, name: string, kind: 'program' | 'station'): Promise<string> {
  const { page, texts } = window;
  await page.getByLabel(texts.say('clients.name'), { exact: true }).fill(name);
  await page.getByLabel(texts.say('clients.kind'), { exact: true }).selectOption(kind);
  if (kind === 'station') {
    await page.getByLabel(texts.say('clients.station'), { exact: true }).selectOption({ label: 'Press 1' });
  }
  await window.press(texts.say('stations.add'));
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(texts.say('clients.once'))).toBeVisible();
  if (kind === 'station') await expect(dialog.getByRole('img', { name: texts.say('clients.qr') })).toBeVisible();
  const shown = await dialog.locator('code').innerText();
  await dialog.getByRole('button', { name: texts.say('action.done') }).click();
  await expect(page.getByRole('row', { name })).toContainText(texts.say('clients.never'));
  return shown;
}

/** A tablet: another browser, which knows nothing but the link. */
async function tablet(browser: Browser, link: string, locale: string): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width: 768, height: 1024 }, hasTouch: true });
  const page = await context.newPage();
  await page.goto(link);
  return page;
}

for (const language of ['en', 'ja'] as const) {
  test.describe(`serving (${language})`, () => {
    test.use({ language });

    test('a program and a tablet ask, and nothing else is reachable', async ({ window, texts, browser }) => {
      await window.request('project.loadSample', { language });
      await window.request('stations.add', { name: 'Press 1' });
      await window.request('site.setEmergencyLine', { text: '119' });
      const url = await switchOn(window);

      const token = await addClient(window, 'MES', 'program');
      const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
      const asked = { model: 'standard', messages: [{ role: 'user' as const, content: 'E-07?' }], max_tokens: 8 };
      expect((await client.chat.completions.create(asked)).choices[0]!.message.content).not.toBe('');
      await expect(window.page.getByRole('row', { name: 'MES' })).not.toContainText(texts.say('clients.never'));

      const link = await addClient(window, 'Tablet', 'station');
      expect(link.startsWith(`${url}/ask#`)).toBe(true);
      const page = await tablet(browser, link, language === 'ja' ? 'ja-JP' : 'en-GB');
      const said = textsIn(language);
      const question = page.getByLabel(said.say('ask.label'));
      const send = page.getByRole('button', { name: said.say('ask.ask'), exact: true });
      // The token is not in the address any more.
      await expect(page).toHaveURL(`${url}/ask/`);
      await expect(page.locator('p.answer')).toContainText('Press 1');

      await question.fill('Where is the torque wrench of hall 9?');
      await send.tap();
      await expect(page.getByRole('heading', { name: 'Where is the torque wrench of hall 9?' })).toBeVisible();
      await expect(page.getByText(said.say('basis.uncovered'))).toBeVisible();
      const wrong = page.getByRole('button', { name: said.say('feedback.wrong'), exact: true });
      for (const target of [send, wrong, question]) {
        expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(44);
      }
      await wrong.tap();
      await page.getByRole('button', { name: said.say('feedback.andon') }).tap();
      await expect(page.getByText(said.say('feedback.thanks.andon'))).toBeVisible();
      expect(await window.request('ask.andons', { limit: 10 })).toMatchObject([{ by: 'Tablet', grade: 'andon' }]);

      // The network goes away: what is asked meanwhile goes out by itself, and is answered once.
      await page.context().setOffline(true);
      await question.fill('My colleague is hurt, what now?');
      await send.tap();
      await expect(page.getByText(said.say('station.away'))).toBeVisible();
      await expect(page.getByText(said.say('station.awayDanger', { line: '119' }))).toBeVisible();
      await expect(question).toHaveValue('My colleague is hurt, what now?');
      await page.context().setOffline(false);
      await expect(page.getByRole('heading', { name: 'My colleague is hurt, what now?' })).toBeVisible();
      await expect(page.getByText(said.say('danger.title'))).toBeVisible();
      await expect(page.getByText('119', { exact: true })).toBeVisible();
      await expect(page.getByText(said.say('station.away'))).toBeHidden();
      const recent = await window.request('ask.recent', { limit: 10 });
      expect(recent.map(({ by }) => by)).toEqual(['Tablet', 'Tablet', 'MES']);

      // A reload needs no link, and finds what was asked here.
      await page.reload();
      await expect(page.getByRole('heading', { name: 'My colleague is hurt, what now?' })).toBeVisible();

      // Reloaded while nobody is there, it comes from the tablet itself, and continues once somebody is.
      await page.evaluate(() => navigator.serviceWorker.ready);
      const { settings } = await window.request('serving.state', {});
      await window.request('serving.change', { ...settings, on: false });
      await page.reload();
      await expect(page.getByText(said.say('station.away'))).toBeVisible();
      await expect(page.getByText(said.say('station.awayDanger', { line: '119' }))).toBeVisible();
      await expect(page.locator('p.answer')).toContainText('Press 1');
      await question.fill('What does E-12 mean?');
      await send.tap();
      await window.request('serving.change', settings);
      await expect(page.getByRole('heading', { name: 'What does E-12 mean?' })).toBeVisible();

      const stationToken = link.split('#')[1]!;
      const status = (path: string, bearer: string, method = 'GET') =>
        fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${bearer}` } }).then(
          (reply) => reply.status,
        );
      for (const path of ['/v1/models', '/metrics']) expect(await status(path, stationToken)).toBe(401);
      for (const path of ['/', '/index.html', '/ask/index.html', '/api/app.status', '/assets/', '/ask/manifest.json']) {
        expect([path, await status(path, stationToken)]).toEqual([path, 404]);
      }
      expect(await status('/ask/api/ask.recent', token, 'POST')).toBe(401);
      const refused = async (name: string) => {
        const headers = { authorization: `Bearer ${stationToken}` };
        const reply = await fetch(`${url}/ask/api/${name}`, { method: 'POST', headers, body: '{}' });
        return ((await reply.json()) as { ok: boolean }).ok;
      };
      for (const name of ['app.status', 'examples.list', 'clients.list', 'releases.revert', 'rollouts.pairs']) {
        expect([name, await refused(name)]).toEqual([name, false]);
      }

      await window.press(texts.say('clients.revoke', { name: 'Tablet' }));
      await window.press(texts.say('clients.revokeAction'));
      await page.reload();
      await expect(page.getByText(said.error('station-unknown')).first()).toBeVisible();
      await page.context().close();
    });

    test('a kept certificate that is damaged is named, and another is made', async ({
      window,
      texts,
      dataDirectory,
    }) => {
      const { page } = window;
      await window.request('serving.makeCertificate', {});
      const file = join(dataDirectory, 'certificate.json');
      writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
      await page.getByText(texts.say('setup.advanced')).click();
      await window.press(texts.say('endpoint.open'));
      const named = page.getByText(texts.error('certificate-damaged', { path: file }));
      await expect(named).toBeVisible();
      await window.press(texts.say('certificate.make'));
      await expect(named).toBeHidden();
      await expect(page.getByText(texts.say('certificate.fingerprint'))).toBeVisible();
    });
  });
}
