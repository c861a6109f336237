/** Processes that are killed while a training runs lose nothing but the steps since the last saved state. */

import {
  loadPartOfSamplePlant,
  newestRun,
  resumeRun,
  somethingIsKept,
  startTrainingOf,
  untilFurther,
  untilTrained,
} from './app/path.ts';
import { expect, test } from './app/test.ts';
import { AppWindow } from './app/window.ts';

test.describe('kill -9', () => {
  test.use({ language: 'en' });
  test.skip(process.platform !== 'linux', 'finds the processes to kill in /proc');

  test('of the model process and of the host: the run says why it stopped, the data open, and it ends all the same', async ({
    window,
    host,
    guard,
    page,
    texts,
  }) => {
    await loadPartOfSamplePlant(window, 6);
    await window.go('train');
    await startTrainingOf(window, 6);
    await expect(somethingIsKept(window)).toBeVisible();

    host.killModelProcesses();
    await expect(window.problem).toContainText(texts.error('engine-crashed'));
    await expect(page.getByText(texts.say('runState.interrupted')).first()).toBeVisible();
    const { checkpointStep } = await newestRun(window);
    await resumeRun(window);
    await untilFurther(window, 2, checkpointStep);

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
