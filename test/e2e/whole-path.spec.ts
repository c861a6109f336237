/** Set up, collect, train, prove, apply, ask, revert: the whole path on real computation, in both languages. */

import type { EvaluationItem, Language, Preset } from '../../src-main/contract/entities.ts';
import { expectEveryStepFits, expectFit } from './app/fit.ts';
import {
  answerOf,
  apply,
  ask,
  evaluate,
  keepFacts,
  loadSamplePlant,
  startTraining,
  takeOnWhatWaits,
  untilFurther,
  untilTrained,
} from './app/path.ts';
import { rollOutAndBack } from './app/rollout.ts';
import { expect, test } from './app/test.ts';
import type { AppWindow } from './app/window.ts';

const walks: readonly {
  readonly language: Language;
  readonly preset: Exclude<Preset, 'expert'>;
  readonly name: string;
  /** Keeps every so manieth fact, and asks for a share that so few questions can show. */
  readonly part: { readonly each: number; readonly targetScore: number } | null;
}[] = [
  // It ends once the questions are known, as the other presets do, and has the most time until then: a busy machine needs it.
  { language: 'ja', preset: 'thorough', name: '日本語で', part: null },
  // The whole plant is walked once; half of it is learnt in half of the time.
  {
    language: 'en',
    preset: 'thorough',
    name: 'in English',
    part: { each: 2, targetScore: 0.5 },
  },
];

async function keepPart(window: AppWindow, { each, ...criteria }: NonNullable<(typeof walks)[number]['part']>) {
  await keepFacts(window, each);
  const { updatedAt: _, ...project } = (await window.request('app.status', {})).project!;
  await window.request('project.save', { ...project, ...criteria });
}

/** A question that was kept back from training and that only the adapter answers rightly. */
async function heldOutQuestion(window: AppWindow, language: Language): Promise<EvaluationItem> {
  const [evaluation] = await window.request('evaluations.list', {});
  if (!evaluation) throw new Error('There is no evaluation.');
  const { items } = await window.request('evaluations.get', { evaluationId: evaluation.id });
  const ours = (text: string) => /[ぁ-んァ-ヶ]/.test(text) === (language === 'ja');
  const found = items.find(
    (item) => item.set === 'phrasings' && !item.baseRight && item.adapterRight && ours(item.question),
  );
  if (!found) throw new Error('The adapter learnt nothing that the base did not know.');
  return found;
}

for (const { language, preset, name, part } of walks) {
  test.describe(name, () => {
    test.use({ language });
    // Training and evaluation of a real model on a slow machine.

    test('from a bare machine to an adapter that is trained, proven, applied and taken off again', async ({
      window,
      texts,
    }) => {
      const { page } = window;
      const mark = page.getByRole('banner').getByText(texts.like('shell.serving'));

      await test.step('set up', async () => {
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(texts.say('setup.question'));
        await expect(page.locator('html')).toHaveAttribute('lang', language);
        await expectEveryStepFits(window, 'nothing there yet');
        await window.page.goto(page.url().replace(/#.*/, ''));
        await loadSamplePlant(window);
        if (part) await keepPart(window, part);
      });

      await test.step('train', async () => {
        await window.press(texts.say('setup.toTrain'));
        await window.choose(texts.say(`preset.${preset}`));
        await startTraining(window);
        await untilFurther(window, 3);
        await expect.poll(async () => Number(await window.progress.getAttribute('value'))).toBeGreaterThanOrEqual(3);
        await expect(page.getByRole('img', { name: texts.say('loss.chart') })).toBeVisible();
        await expect(page.getByText(texts.say('run.timeLeft'), { exact: true })).toBeVisible();
        await expectFit(window, 'training');
        await untilTrained(window);
        expect(window.clicks, 'clicks until an adapter is trained').toBeLessThanOrEqual(6);
        expect((await window.request('adapters.list', {})).length).toBe(1);
      });

      const item = await test.step('prove', async () => {
        await window.press(texts.say('train.toProve'));
        await evaluate(window);
        await expect(window.answer).toHaveText(texts.like('prove.answer.waiting'));
        await takeOnWhatWaits(window);
        await expect(window.answer).toHaveText(texts.like('prove.answer.pass'));
        await expect(page.getByText(texts.say('scores.passed'), { exact: true }).first()).toBeVisible();
        const item = await heldOutQuestion(window, language);
        // What got worse is listed first.
        await page.getByLabel(texts.like('answers.better')).check();
        const changed = page.getByRole('row').filter({ hasText: item.question }).first();
        await expect(changed).toContainText(texts.say('outcome.better'));
        await expect(changed).toContainText(item.expected);
        return item;
      });

      const { operator } = await window.request('app.status', {});
      await test.step('apply', async () => {
        await window.press(texts.say('prove.toRollout'));
        await expect(mark).toBeHidden();
        await apply(window);
        await expect(mark).toBeVisible();
        await expect(window.answer).toContainText(operator);
        await expectEveryStepFits(window, 'an adapter applied');
      });

      const { stamp, base } = await test.step('ask', async () => {
        await window.go('operate');
        await ask(window, item.question);
        const [release] = await window.request('releases.list', {});
        await expect(answerOf(window, 'adapter')).toContainText(item.expected);
        await expect(answerOf(window, 'adapter')).toContainText(release?.adapterName ?? 'no name');
        await page.getByText(texts.say('ask.base')).first().click();
        await expect(answerOf(window, 'base')).not.toContainText(item.expected);
        await expectFit(window, 'two answers');
        const base = answerOf(window, 'base').getByRole('paragraph');
        return { stamp: release?.adapterName ?? '', base: (await base.last().innerText()).trim() };
      });

      await test.step('revert', async () => {
        await page
          .getByRole('banner')
          .getByRole('button', { name: texts.say('action.revert') })
          .click();
        await expect(page.getByText(texts.like('revert.doneIdentical'))).toBeVisible();
        await expect(mark).toBeHidden();
        await ask(window, item.question);
        await expect(answerOf(window, 'base')).toBeVisible();
        await expect(answerOf(window, 'base')).toContainText(base);
      });

      await test.step('history', async () => {
        await window.go('rollout');
        const applied = page.getByRole('row').filter({ hasText: texts.say('releases.applied', { name: stamp }) });
        await expect(applied).toContainText(operator);
        const reverted = page.getByRole('row').filter({ hasText: texts.say('releases.reverted') });
        await expect(reverted).toContainText(operator);
        await expect(reverted).toContainText(texts.say('releases.identical'));
        await window.go('govern');
        for (const event of ['event.run.completed', 'event.release.applied', 'event.release.reverted'] as const) {
          await expect(
            page
              .getByRole('row')
              .filter({ hasText: texts.say(event) })
              .first(),
          ).toBeVisible();
        }
      });

      await test.step('in stages', () => rollOutAndBack(window, item.question));

      // One language is enough to see the figures come, and that a proof counts for its own precision alone.
      if (language !== 'ja') return;
      await test.step('precision', async () => {
        await window.go('setup');
        await page.getByText(texts.say('setup.advanced')).click();
        await expect(page.getByText(texts.say('precision.unmeasured'))).toHaveCount(3);
        await window.press(texts.say('precision.measure'));
        await expect(page.getByRole('button', { name: texts.say('precision.cancel') })).toBeVisible();
        await expect(page.getByText(texts.say('precision.unmeasured'))).toHaveCount(0);
        const eight = page.getByRole('radio', { name: texts.say('precision.int8') });
        await expect(page.locator('label').filter({ has: eight })).toContainText(texts.like('precision.quality'));
        await expectFit(window, 'precisions measured');
        await eight.check();
        await expect(page.getByText(texts.say('setup.unsaved'))).toBeHidden();
        await window.go('rollout');
        await expect(page.getByRole('heading', { name: texts.like('rollout.otherTitle') })).toBeVisible();
      });
    });
  });
}
