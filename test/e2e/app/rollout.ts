/** A rollout at two stations, as people click it: from the shadow to everybody, and back. */

import { expect } from '@playwright/test';
import { answerOf, ask } from './path.ts';
import type { AppWindow } from './window.ts';

export const stations = ['Press 1', 'Press 2'] as const;

/** The first of the two tries it first. Ends in the shadow. */
export async function startAtTwoStations(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.go('rollout');
  for (const name of stations) {
    await page.getByLabel(texts.say('stations.name'), { exact: true }).fill(name);
    await window.press(texts.say('stations.add'));
    await expect(page.getByRole('button', { name: texts.say('stations.remove', { name }) })).toBeVisible();
  }
  await expect(page.getByRole('checkbox', { name: stations[0] })).toBeChecked();
  const { clicks } = window;
  await window.choose(texts.say('planPreset.usual'));
  await window.press(texts.say('plan.start'));
  expect(window.clicks - clicks, 'clicks until a rollout runs').toBe(2);
  await expect(window.answer).toHaveText(texts.like('rollout.answer.shadow'));
}

/** @param question one that the adapter answers; asked each time in other words, so that each answer is a new one */
export async function rollOutAndBack(window: AppWindow, question: string): Promise<void> {
  const { page, texts } = window;
  const [first, second] = [window, await window.another()];
  let asked = 0;
  const askAt = async (at: AppWindow) => ask(at, `${question}${'!'.repeat((asked += 1))}`);
  const expectAnswer = async (at: AppWindow, who: 'base' | 'adapter') => {
    await askAt(at);
    await expect(answerOf(at, who)).toBeVisible();
    if (who === 'base') await expect(answerOf(at, 'adapter')).toBeHidden();
  };

  await startAtTwoStations(window);
  for (const [at, name] of [
    [first, stations[0]],
    [second, stations[1]],
  ] as const) {
    await at.go('operate');
    await at.page.getByLabel(texts.say('operate.station'), { exact: true }).selectOption({ label: name });
  }
  await expectAnswer(first, 'base');
  await first.go('rollout');
  await expect(page.getByRole('heading', { name: texts.say('grading.title') })).toBeVisible();
  await page.keyboard.press('2');
  await expect(page.getByRole('heading', { name: texts.say('grading.title') })).toBeHidden();

  await goOn(first);
  await expect(window.answer).toHaveText(texts.like('rollout.answer.canary'));
  await first.go('operate');
  await page.reload();
  await expect(page.getByLabel(texts.say('operate.station'), { exact: true })).toHaveText(new RegExp(stations[0]));
  await expectAnswer(first, 'adapter');
  await expectAnswer(second, 'base');

  await first.go('rollout');
  await goOn(first);
  await expect(window.answer).toHaveText(texts.like('rollout.answer.full'));
  await expectAnswer(second, 'adapter');
  await goOn(first);
  await expect(page.getByText(texts.say('rolloutAction.finish'), { exact: true }).first()).toBeVisible();
  await page
    .getByRole('banner')
    .getByRole('button', { name: texts.say('action.revert') })
    .click();
  await expect(page.getByText(texts.say('back.identical'))).toBeVisible();
  await expectAnswer(second, 'base');
  await second.page.close();
}

/** Not enough was asked for the guards: a person goes on with a reason. */
export async function goOn({ page, texts }: AppWindow): Promise<void> {
  await page.getByRole('button', { name: texts.say('gate.insist') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(texts.say('gate.reason')).fill('A walk through the sample plant.');
  await dialog.getByRole('button', { name: texts.say('gate.insistNow'), exact: true }).click();
  await expect(dialog).toBeHidden();
}
