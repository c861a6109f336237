/** What people type: mistakes are said in the app's language and in sight, a reload loses nothing, windows do not overwrite each other. */

import type { Page } from '@playwright/test';
import { loadSamplePlant } from './app/path.ts';
import { expect, test } from './app/test.ts';

/** The field's box lies wholly between the bar at the top and the one with Save. */
async function expectClearOfBars(page: Page, label: string): Promise<void> {
  const field = await page.getByLabel(label, { exact: true }).boundingBox();
  const bar = await page.getByRole('banner').boundingBox();
  const foot = await page.locator('.save-bar').boundingBox();
  expect(field!.y).toBeGreaterThanOrEqual(bar!.y + bar!.height);
  expect(field!.y + field!.height).toBeLessThanOrEqual(foot!.y);
}

for (const language of ['ja', 'en'] as const) {
  test.describe(`forms (${language})`, () => {
    // The browser speaks the other language: what is said must be the app's.
    test.use({ language, locale: language === 'ja' ? 'en-GB' : 'ja-JP' });
    test.beforeEach(async ({ window, page }) => {
      await page.evaluate((chosen) => localStorage.setItem('usumaku.language', chosen), language);
      await page.reload();
      void window;
    });

    test('an empty save says in the app’s language what is missing, with the field in sight', async ({
      window,
      texts,
    }) => {
      const { page } = window;
      const save = window.button(texts.say('action.save'));
      const site = page.getByLabel(texts.say('plant.site'), { exact: true });
      // The page has its whole length only when it is all there.
      await expect(save).toBeEnabled();
      for (const [width, height] of [
        [640, 500],
        [1280, 800],
        [1920, 900],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
        // In sight at the end of the page and at its beginning.
        await expect(save).toBeInViewport({ ratio: 1 });
        await save.click();
        await expect(page.getByText(texts.say('fault.missing'), { exact: true })).toBeVisible();
        await expect(site).toBeFocused();
        await expect(site).toHaveAttribute('aria-invalid', 'true');
        await expectClearOfBars(page, texts.say('plant.site'));
      }
      await site.fill('見浜工場');
      await expect(page.getByText(texts.say('fault.missing'), { exact: true })).toBeHidden();

      // What is wrong in the folded part is unfolded.
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.getByText(texts.say('setup.advanced')).click();
      await page.getByLabel(texts.say('cost.minutes'), { exact: true }).fill('-1');
      await page.getByText(texts.say('setup.advanced')).click();
      await save.click();
      await expect(page.getByText(texts.say('fault.too-small', { limit: 0 }), { exact: true })).toBeVisible();
      await expect(page.getByLabel(texts.say('cost.minutes'), { exact: true })).toBeFocused();
      await expectClearOfBars(page, texts.say('cost.minutes'));
      expect((await window.request('app.status', {})).project).toBeNull();

      // What holds at once leaves nothing to save.
      await page.evaluate(() => sessionStorage.clear());
      await page.reload();
      await page.getByText(texts.say('setup.advanced')).click();
      await page.getByLabel(texts.say('device.choose'), { exact: true }).selectOption('cpu');
      await expect.poll(async () => (await window.request('app.status', {})).device?.preference).toBe('cpu');
      await expect(page.getByText(texts.say('setup.unsaved'))).toBeHidden();
    });
  });
}

test.describe('what is typed', () => {
  test.use({ language: 'ja' });

  test('survives a reload until it is saved: the plant, a new example, one being changed, a question', async ({
    window,
    texts,
  }) => {
    const { page } = window;
    const field = (key: Parameters<typeof texts.say>[0]) => page.getByLabel(texts.say(key), { exact: true });
    await page.getByLabel(texts.say('plant.site'), { exact: true }).fill('見浜工場');
    await page.reload();
    await expect(field('plant.site')).toHaveValue('見浜工場');
    await expect(page.getByText(texts.say('setup.unsaved'))).toBeVisible();
    await window.press(texts.say('action.save'));
    await expect(page.getByText(texts.say('setup.unsaved'))).toBeHidden();
    await page.reload();
    await expect(field('plant.site')).toHaveValue('見浜工場');
    await expect(page.getByText(texts.say('setup.unsaved'))).toBeHidden();

    await loadSamplePlant(window);
    await window.go('collect');
    await field('example.question').fill('半分だけ書いた質問');
    await field('example.category').fill('点検');
    await page.reload();
    await expect(field('example.question')).toHaveValue('半分だけ書いた質問');
    await expect(field('example.category')).toHaveValue('点検');

    const { examples } = await window.request('examples.list', { offset: 0, limit: 1 });
    const { question } = examples[0]!;
    await window.press(texts.say('examples.edit', { question }));
    await page.getByRole('table').getByLabel(texts.say('example.answer'), { exact: true }).fill('書きかけの答え');
    await page.reload();
    const answer = page.getByRole('table').getByLabel(texts.say('example.answer'), { exact: true });
    await expect(answer).toHaveValue('書きかけの答え');
    // Cancel keeps its word: the example is as it was, and what was typed is gone.
    await window.press(texts.say('editor.cancel'));
    await expect(answer).toBeHidden();
    await page.reload();
    await expect(page.getByRole('button', { name: texts.say('examples.edit', { question }) }).first()).toBeVisible();
    expect((await window.request('examples.list', { offset: 0, limit: 1 })).examples).toEqual(examples);

    await window.go('operate');
    await field('ask.label').fill('P-07の締付トルクは？');
    await page.reload();
    await expect(field('ask.label')).toHaveValue('P-07の締付トルクは？');
  });
});

test.describe('two windows', () => {
  test.use({ language: 'en' });

  test('show both when one saved what the other was changing, and do as they are told', async ({ window, texts }) => {
    const { page } = window;
    await loadSamplePlant(window);
    const second = await window.another();
    const site = (of: Page) => of.getByLabel(texts.say('plant.site'), { exact: true });
    await site(page).fill('Typed here');
    await site(second.page).fill('Saved there');
    await second.press(texts.say('action.save'));

    const conflict = page.getByRole('alert').filter({ hasText: texts.like('conflict.title') });
    await expect(conflict.getByRole('row', { name: 'Saved there' })).toContainText('Typed here');
    await expect(window.button(texts.say('action.save'))).toBeDisabled();
    await window.press(texts.say('conflict.take'));
    await expect(site(page)).toHaveValue('Saved there');

    await site(page).fill('Typed again');
    await site(second.page).fill('Saved again');
    await second.press(texts.say('action.save'));
    await window.press(texts.say('conflict.overwrite'));
    await expect(conflict).toBeHidden();
    await expect.poll(async () => (await window.request('app.status', {})).project?.site).toBe('Typed again');
    await expect(site(second.page)).toHaveValue('Typed again');

    // So it is with an example.
    for (const each of [window, second]) await each.go('collect');
    const { examples } = await window.request('examples.list', { offset: 0, limit: 1 });
    const { id, question } = examples[0]!;
    const answer = (of: Page) => of.getByRole('table').getByLabel(texts.say('example.answer'), { exact: true });
    for (const each of [window, second]) await each.press(texts.say('examples.edit', { question }));
    await answer(page).fill('Typed here');
    await answer(second.page).fill('Saved there');
    await answer(second.page).press('Control+Enter');
    await expect(conflict.getByRole('row', { name: 'Saved there' })).toContainText('Typed here');
    await window.press(texts.say('conflict.overwrite'));
    await expect(conflict).toBeHidden();
    const saved = await window.request('examples.list', { offset: 0, limit: 1000 });
    expect(saved.examples.find((each) => each.id === id)?.answer).toBe('Typed here');
  });
});

test.describe('the focus and foreign words', () => {
  test.use({ language: 'ja' });

  test('the focus comes back from a dialog and stays in the list; a silent host is said in Japanese', async ({
    window,
    texts,
    guard,
  }) => {
    const { page } = window;
    await loadSamplePlant(window);
    const { operator } = await window.request('app.status', {});
    const opener = page.getByRole('button', { name: operator });
    await opener.click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: texts.say('action.cancel') })
      .click();
    await expect(opener).toBeFocused();

    await window.go('collect');
    const { examples } = await window.request('examples.list', { offset: 0, limit: 2 });
    await window.press(texts.say('examples.delete', { question: examples[0]!.question }));
    await expect(page.getByRole('table').locator(':focus')).toHaveCount(1);

    // A host that does not answer is said in Japanese, the browser's own words only as a detail.
    guard.hostMayVanish = true;
    await page.route('**/api/examples.add?*', (route) => route.abort('connectionrefused'));
    await page.getByLabel(texts.say('example.question'), { exact: true }).fill('鍵はどこ？');
    await page.getByLabel(texts.say('example.answer'), { exact: true }).fill('事務所です。');
    await window.press(texts.say('add.add'));
    await expect(window.problem).toContainText(texts.error('host-silent'));
    const foreign = window.problem.getByText('Failed to fetch');
    await expect(foreign).toBeHidden();
    await window.problem.getByText(texts.say('problem.detail')).click();
    await expect(foreign).toBeVisible();
  });
});
