/** Pause, go on, cancel, take up again: the buttons of a training that runs. */

import {
  loadPartOfSamplePlant,
  newestRun,
  resumeRun,
  somethingIsKept,
  startTrainingOf,
  untilFurther,
} from './app/path.ts';
import { expect, test } from './app/test.ts';

test.describe('a training that runs', () => {
  test.use({ language: 'ja' });

  test('pauses, goes on, is cancelled with what it has, and is taken up again', async ({ window, texts }) => {
    const { page } = window;
    await loadPartOfSamplePlant(window, 6);
    await window.go('train');
    await startTrainingOf(window, 1000);
    await expect(somethingIsKept(window)).toBeVisible();

    await window.press(texts.say('run.pause'));
    await expect(window.answer).toHaveText(texts.like('train.answer.paused'));
    await expect(page.getByText(texts.say('runState.paused'), { exact: true }).first()).toBeVisible();
    await expect(window.button(texts.say('run.pause'))).toBeHidden();

    const paused = await newestRun(window);
    await window.press(texts.say('run.resume'));
    await untilFurther(window, 2, paused.step);

    await somethingIsKept(window).first().click();
    await expect(window.answer).toHaveText(texts.like('train.answer.cancelled'));
    const { checkpointStep } = await newestRun(window);
    expect(checkpointStep).toBeGreaterThan(0);
    expect(await window.request('adapters.list', {})).toEqual([]);

    // That a run which was taken up reaches its end is seen after a power cut.
    await resumeRun(window);
    await untilFurther(window, 2, checkpointStep);
    await expect(window.progress).toBeVisible();
    await somethingIsKept(window).first().click();
    await expect(window.answer).toHaveText(texts.like('train.answer.cancelled'));
  });
});
