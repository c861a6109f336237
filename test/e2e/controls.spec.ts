/** Pause, go on, cancel, take up again: the buttons of a training that runs. */

import {
  loadPartOfSamplePlant,
  newestRun,
  resumeRun,
  somethingIsKept,
  startShortTraining,
  untilFurther,
  untilTrained,
} from './app/path.ts';
import { expect, test } from './app/test.ts';

test.describe('a training that runs', () => {
  test.use({ language: 'ja' });

  test('pauses, goes on, is cancelled with what it has, and is taken up again', async ({ window, texts }) => {
    const { page } = window;
    await loadPartOfSamplePlant(window, 2);
    await window.go('train');
    await startShortTraining(window);
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
    expect((await newestRun(window)).checkpointStep).toBeGreaterThan(0);
    expect(await window.request('adapters.list', {})).toEqual([]);

    await resumeRun(window);
    await untilTrained(window);
    expect(await window.request('adapters.list', {})).toHaveLength(1);
  });
});
