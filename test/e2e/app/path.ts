/** The steps of the path, each as a few clicks with the sentence that must follow. */

import { expect, type Locator } from '@playwright/test';
import type { AppWindow } from './window.ts';

/** Training and evaluation are real: they take their time on a slow machine. */
const patience = { timeout: 300_000 };

export async function loadSamplePlant(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('sample.load'));
  await expect(page.getByText(texts.like('sample.loaded'))).toBeVisible({ timeout: 30_000 });
}

export async function startTraining(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('newRun.start'));
  await expect(page.getByRole('progressbar', { name: texts.say('run.progress') })).toBeVisible({ timeout: 60_000 });
}

/** One pass over the sample with a state saved every few steps: long enough to be killed, short enough to wait for. */
export async function startShortTraining(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await page.getByRole('radio', { name: texts.say('preset.expert') }).check();
  await page.getByLabel(texts.say('setting.epochs')).fill('1');
  await page.getByLabel(texts.say('setting.checkpointEverySteps')).fill('2');
  await page.getByLabel(texts.say('setting.checkpointEverySteps')).blur();
  await startTraining(window);
}

/** What the button that cancels says once something would be kept. */
export const somethingIsKept = ({ page, texts }: AppWindow): Locator =>
  page.getByRole('button', { name: texts.like('run.cancelKeeps') });

export async function untilTrained({ answer, texts }: AppWindow): Promise<void> {
  await expect(answer).toHaveText(texts.like('train.answer.completed'), patience);
}

export async function evaluate(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('evaluation.start'));
  await expect(page.getByRole('heading', { name: texts.like('scores.title') })).toBeVisible(patience);
}

export async function apply(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('apply.apply'));
  await expect(page.getByRole('heading', { name: texts.like('serving.title') })).toBeVisible({ timeout: 60_000 });
}

export async function ask(window: AppWindow, question: string): Promise<void> {
  const { page, texts } = window;
  await page.getByLabel(texts.say('ask.label')).fill(question);
  await window.press(texts.say('ask.ask'));
  await expect(page.getByRole('heading', { name: question })).toBeVisible({ timeout: 60_000 });
}

export const answerOf = ({ page, texts }: AppWindow, who: 'base' | 'adapter'): Locator =>
  page.getByRole('region', { name: texts.say(`who.${who}`) }).first();
