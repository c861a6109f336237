/** The work belongs to the host, not to a page: windows may come and go. */

import { loadSamplePlant, startShortTraining, untilTrained } from './app/path.ts';
import { expect, test } from './app/test.ts';
import { AppWindow } from './app/window.ts';

test.describe('several windows', () => {
  test.use({ language: 'en' });
  test.setTimeout(300_000);

  test('a second window sees what the first does, at once', async ({ window, texts }) => {
    await window.go('collect');
    const second = await window.another();
    await expect(second.page.getByRole('heading', { name: texts.say('collect.emptyTitle') })).toBeVisible();
    await window.page.getByLabel(texts.say('example.question'), { exact: true }).fill('Where is the crane key?');
    await window.page.getByLabel(texts.say('example.answer'), { exact: true }).fill('In cabinet 4, top shelf.');
    await window.press(texts.say('add.add'));
    await expect(second.page.getByRole('cell', { name: 'In cabinet 4, top shelf.' })).toBeVisible();
    await second.press(texts.say('examples.delete', { question: 'Where is the crane key?' }));
    await expect(window.page.getByRole('heading', { name: texts.say('collect.emptyTitle') })).toBeVisible();
  });

  test('closing the page does not stop the training', async ({ window, texts }) => {
    await loadSamplePlant(window);
    await window.go('train');
    await startShortTraining(window);
    const { page } = window;
    const context = page.context();
    const address = page.url();
    await page.close();
    const later = await context.newPage();
    await later.goto(address);
    await untilTrained(new AppWindow(later, texts));
  });
});
