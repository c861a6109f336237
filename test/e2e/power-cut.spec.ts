/** Processes that are killed while a training runs lose nothing but the steps since the last saved state. */

import { loadPartOfSamplePlant, resumeRun, somethingIsKept, startShortTraining, untilTrained } from './app/path.ts';
import { expect, test } from './app/test.ts';
import { AppWindow } from './app/window.ts';

test.describe('kill -9', () => {
  test.use({ language: 'en' });
  test.skip(process.platform !== 'linux', 'finds the processes to kill in /proc');

  test.beforeEach(async ({ window }) => {
    await loadPartOfSamplePlant(window, 2);
    await window.go('train');
    await startShortTraining(window);
    await expect(somethingIsKept(window)).toBeVisible();
  });

  test('of the model process: the run says why it stopped, and resumes', async ({ window, host, texts }) => {
    host.killModelProcesses();
    await expect(window.problem).toContainText(texts.error('engine-crashed'));
    await expect(window.page.getByText(texts.say('runState.interrupted')).first()).toBeVisible();
    await resumeRun(window);
    await untilTrained(window);
  });

  test('of the host: the data opens, the run is marked interrupted, and resumes', async ({
    host,
    guard,
    page,
    texts,
  }) => {
    guard.hostMayVanish = true;
    await host.killNow();
    await expect(page.getByText(texts.say('shell.connectionLost'))).toBeVisible();
    await page.goto(await host.start());
    const later = new AppWindow(page, texts);
    await later.go('train');
    await expect(later.answer).toHaveText(texts.like('train.answer.interrupted'));
    await expect(later.problem).toContainText(texts.error('run-interrupted'));
    await resumeRun(later);
    await untilTrained(later);
    await later.go('prove');
    await expect(later.button(texts.say('evaluation.start'))).toBeVisible();
  });
});
