/** Which graphics cards there are, which one computes, and what is said where the chosen one is away. */

import { pathOfTwoCards, twoCards } from '../fixtures/two-cards.ts';
import { expect, test } from './app/test.ts';

const linux = process.platform === 'linux';
const surroundings = linux ? pathOfTwoCards() : { environment: {}, remove: () => {} };
test.afterAll(() => surroundings.remove());

for (const language of ['ja', 'en'] as const) {
  test.describe(`graphics cards (${language})`, () => {
    test.use({ language, environment: surroundings.environment });

    test('are listed and chosen, kept by name, and missed in one sentence', async ({ window, texts }) => {
      const { page } = window;
      const status = async () => (await window.request('app.status', {})).device!;
      const choose = page.getByLabel(texts.say('device.choose'), { exact: true });
      await page.getByText(texts.say('setup.advanced')).click();
      await expect(choose).toBeEnabled();

      const { cards, devices } = await status();
      for (const { name } of cards) await expect(page.getByText(name, { exact: false }).first()).toBeVisible();
      if (linux) {
        expect(cards.map(({ name }) => name)).toEqual(expect.arrayContaining([...twoCards]));
        const memory = language === 'ja' ? /RTX 4090（25\.8.GB）/ : /RTX 4090 \(25\.8.GB\)/;
        await expect(page.getByText(memory)).toBeVisible();
      }
      // The one provider that cannot be told says so, where there is something to choose.
      const unnamed = devices.includes('webgpu') && cards.length > 1;
      await expect(page.getByText(texts.say('device.unnamed.webgpu'))).toBeVisible({ visible: unnamed });

      await choose.selectOption('cpu');
      await expect(page.getByText(texts.say('device.reason.asked', { device: texts.say('device.cpu') }))).toBeVisible();

      // Chosen while another program's libraries were here, or the card was.
      const wanted = 'NVIDIA RTX 6000 Ada Generation';
      await window.request('devices.choose', { preference: `cuda:${wanted}` });
      await page.reload();
      const { chosen, reason } = await status();
      expect(reason).toMatchObject({ code: 'asked-card-missing', values: { wanted } });
      const instead = texts.say(`device.${chosen.split(':')[0] as 'cpu'}`);
      await page.getByText(texts.say('setup.advanced')).click();
      const sentence = texts.say('device.reason.asked-card-missing', { wanted, device: instead });
      if (chosen === 'cpu') await expect(page.getByText(sentence)).toBeVisible();
      await expect(page.getByRole('banner').getByText(texts.say('device.fallback'))).toBeVisible();
      const option = choose.locator('option:checked');
      const card = texts.say('device.ofCard', { card: wanted, provider: 'CUDA' });
      await expect(option).toHaveText(texts.say('device.gone', { device: card }));

      await choose.selectOption('auto');
      await expect.poll(async () => (await status()).preference).toBe('auto');
      await expect(page.getByText(wanted)).toHaveCount(0);
    });
  });
}
