/** The work belongs to the host, not to a page: windows may come and go. */

import { loadPartOfSamplePlant, newestRun, startTrainingOf, untilFurther } from './app/path.ts';
import { expect, test } from './app/test.ts';
import { AppWindow } from './app/window.ts';

test.describe('several windows', () => {
  test.use({ language: 'en' });

  test('a second window sees what the first does, at once, and a new one hears before it asks', async ({
    window,
    texts,
  }) => {
    await window.go('collect');
    const second = await window.another();
    await expect(second.page.getByRole('heading', { name: texts.say('collect.emptyTitle') })).toBeVisible();
    await window.page.getByLabel(texts.say('example.question'), { exact: true }).fill('Where is the crane key?');
    await window.page.getByLabel(texts.say('example.answer'), { exact: true }).fill('In cabinet 4, top shelf.');
    await window.press(texts.say('add.add'));
    await expect(second.page.getByRole('cell', { name: 'In cabinet 4, top shelf.' })).toBeVisible();
    await second.press(texts.say('examples.delete', { question: 'Where is the crane key?' }));
    await expect(window.page.getByRole('heading', { name: texts.say('collect.emptyTitle') })).toBeVisible();

    // A third asks nothing before it can hear what changes.
    const page = await window.page.context().newPage();
    const asked: string[] = [];
    page.on('request', (request) => void (request.method() === 'POST' && asked.push(request.url())));
    const held = Promise.withResolvers<() => Promise<void>>();
    await page.route('**/api/events?*', (route) => held.resolve(() => route.continue()));
    await page.goto(window.page.url());
    const hear = await held.promise;
    expect(asked).toEqual([]);
    await hear();
    await expect(new AppWindow(page, window.texts).answer).toBeVisible();
    expect(asked).not.toEqual([]);
  });

  test('both see the training move, and closing them does not stop it', async ({ window, texts }) => {
    await loadPartOfSamplePlant(window, 6);
    await window.go('train');
    const second = await window.another();
    await startTrainingOf(window, 1000);
    const moved = await untilFurther(window, 2, 0);
    for (const { progress } of [window, second]) {
      await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThanOrEqual(moved);
    }

    const { page } = window;
    const context = page.context();
    const address = page.url();
    await Promise.all([page.close(), second.page.close()]);
    const further = await untilFurther(window, 3);
    const later = await context.newPage();
    await later.goto(address);
    const reopened = new AppWindow(later, texts);
    await expect
      .poll(async () => Number(await reopened.progress.getAttribute('value')))
      .toBeGreaterThanOrEqual(further);
    const { metrics } = await reopened.request('training.get', { runId: (await newestRun(reopened)).id });
    // No step is missing from the curve, though nobody looked.
    expect(metrics.map(({ step }) => step)).toEqual(metrics.map((_, index) => index + 1));
    expect(metrics.length).toBeGreaterThanOrEqual(further);
  });
});
