/** Processes that are killed while a training runs lose nothing but the steps since the last saved state. */

import { loadSamplePlant, somethingIsKept, startShortTraining, untilTrained } from './app/path.ts';
import { expect, test } from './app/test.ts';

test.describe('kill -9', () => {
  test.use({ language: 'en' });
  test.setTimeout(300_000);
  test.skip(process.platform !== 'linux', 'finds the processes to kill in /proc');

  test.beforeEach(async ({ window }) => {
    await loadSamplePlant(window);
    await window.go('train');
    await startShortTraining(window);
    await expect(somethingIsKept(window)).toBeVisible({ timeout: 120_000 });
  });

  test('of the model process: the run says why it stopped, and resumes', async ({ window, host, texts }) => {
    host.killModelProcesses();
    await expect(window.problem).toContainText(texts.error('engine-crashed'));
    await expect(window.page.getByText(texts.say('runState.interrupted')).first()).toBeVisible();
    await window.press(/^Resume from step \d+$/);
    await untilTrained(window);
  });

  test('of the host: the data opens, the run is marked interrupted, and resumes', async ({ window, host, texts }) => {
    await host.killNow();
    await expect(window.page.getByText(texts.say('shell.connectionLost'))).toBeVisible();
    await window.page.goto(await host.start());
    await window.go('train');
    await expect(window.answer).toHaveText(texts.like('train.answer.interrupted'));
    await window.press(/^Resume from step \d+$/);
    await untilTrained(window);
    await window.go('prove');
    await expect(window.button(texts.say('evaluation.start'))).toBeVisible();
  });
});
