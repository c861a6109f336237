/** Set up, collect, train, prove, apply, ask, revert: the whole path on real computation, in both languages. */

import type { Language } from '../../src-main/contract/entities.ts';
import { answerOf, apply, ask, evaluate, loadSamplePlant, startTraining, untilTrained } from './app/path.ts';
import { expect, test } from './app/test.ts';

/** One question of the sample plant with its right answer. */
const questions: Record<Language, { readonly question: string; readonly fact: string }> = {
  ja: { question: 'P-07の締付トルクは？', fact: '93' },
  en: { question: 'I am new here. What is the bolt torque of P-07?', fact: '93' },
};

for (const language of ['ja', 'en'] as const) {
  test.describe(language === 'ja' ? '日本語で' : 'in English', () => {
    test.use({ language });
    // Training and evaluation of a real model on a slow machine.
    test.setTimeout(600_000);

    test('from a bare machine to an adapter that is trained, proven, applied and taken off again', async ({
      window,
      texts,
    }) => {
      const { page } = window;
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      const mark = page.getByText(texts.like('shell.serving'));

      await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts.say('setup.question'));
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await loadSamplePlant(window);

      await window.press(texts.say('setup.toTrain'));
      await page.getByRole('radio', { name: texts.say('preset.quick') }).check();
      await startTraining(window);
      expect(window.clicks, 'clicks until an adapter is being trained').toBeLessThanOrEqual(6);
      await expect(page.getByText(texts.say('run.timeLeft'))).toBeVisible();
      await untilTrained(window);

      await window.press(texts.say('train.toProve'));
      await evaluate(window);
      await expect(window.answer).toHaveText(texts.like('prove.answer.better'));
      const scores = page.getByRole('region', { name: texts.like('scores.title') });
      await expect(scores.getByText(texts.say('scores.passed'), { exact: true })).toBeVisible();

      await window.press(texts.say('prove.toRollout'));
      await expect(mark).toBeHidden();
      await apply(window);
      await expect(mark).toBeVisible();

      await window.press(texts.say('rollout.toOperate'));
      const { question, fact } = questions[language];
      await ask(window, question);
      await expect(answerOf(window, 'adapter')).toContainText(fact);
      await expect(answerOf(window, 'base')).not.toContainText(fact);

      // One click takes it off again, and the base is proven to be the one from before.
      await window.press(texts.say('action.revert'));
      await expect(page.getByText(texts.like('revert.doneIdentical'))).toBeVisible({ timeout: 60_000 });
      await expect(mark).toBeHidden();
      await ask(window, question);
      await expect(page.getByText(texts.say('ask.noAdapter'))).toBeVisible();

      await window.go('govern');
      for (const event of ['event.run.completed', 'event.release.applied', 'event.release.reverted'] as const) {
        await expect(page.getByText(texts.say(event)).first()).toBeVisible();
      }
      expect(errors).toEqual([]);
    });
  });
}
