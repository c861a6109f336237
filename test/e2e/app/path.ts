/** The steps of the path, each as a few clicks with the sentence that must follow. */

import { expect, type Locator } from '@playwright/test';
import type { CheckLine, TrainingRun } from '../../../src-main/contract/entities.ts';
import { keepFacts as keepFactsOf } from '../../src-main/hosts/plant.ts';
import type { AppWindow } from './window.ts';

export async function loadSamplePlant(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('sample.load'));
  await expect(page.getByText(texts.like('sample.loaded'))).toBeVisible();
}

/** The sample plant with every `each`th of its facts: what the screens show of a training needs no more. */
export async function loadPartOfSamplePlant(window: AppWindow, each: number): Promise<void> {
  await loadSamplePlant(window);
  await keepFacts(window, each);
}

/** Deletes the examples of all facts but every `each`th. */
export const keepFacts = (window: AppWindow, each: number): Promise<void> =>
  keepFactsOf((name, input) => window.request(name, input), each);

export async function startTraining(window: AppWindow): Promise<void> {
  const { texts } = window;
  await window.press(texts.say('newRun.start'));
  await expect(window.progress).toBeVisible();
}

/**
 * So many passes over what is there, with a state saved every few steps. A thousand run until they are stopped, on any
 * machine; six over a sixth of the sample are long enough to be killed in, and short enough to wait for.
 */
export async function startTrainingOf(window: AppWindow, passes: number): Promise<void> {
  const { page, texts } = window;
  await window.choose(texts.say('preset.expert'));
  await page.getByLabel(texts.say('setting.epochs')).fill(String(passes));
  await page.getByLabel(texts.say('setting.checkpointEverySteps')).fill('2');
  await page.getByLabel(texts.say('setting.checkpointEverySteps')).blur();
  await startTraining(window);
}

/** The newest run, as the host knows it. */
export async function newestRun(window: AppWindow): Promise<TrainingRun> {
  const [run] = (await window.request('training.list', {})).toSorted((a, b) => b.number - a.number);
  if (!run) throw new Error('There is no run.');
  return run;
}

/** Waits until this many steps more are done. @returns the step it is at */
export async function untilFurther(window: AppWindow, steps: number, from?: number): Promise<number> {
  const target = (from ?? (await newestRun(window)).step) + steps;
  await expect.poll(async () => (await newestRun(window)).step).toBeGreaterThanOrEqual(target);
  return target;
}

/** Takes up a run that stopped, from where it was saved last. */
export async function resumeRun(window: AppWindow): Promise<void> {
  const { checkpointStep } = await newestRun(window);
  await window.press(window.texts.say('run.resumeFrom', { step: checkpointStep }));
}

/** What the button that cancels says once something would be kept. */
export const somethingIsKept = ({ page, texts }: AppWindow): Locator =>
  page.getByRole('button', { name: texts.like('run.cancelKeeps') });

/** However long that takes on a busy machine. */
export async function untilTrained(window: AppWindow): Promise<void> {
  const { answer, texts } = window;
  await expect.poll(async () => (await newestRun(window)).finishedAt, { timeout: 0 }).not.toBeNull();
  await expect(answer).toHaveText(texts.like('train.answer.completed'));
}

export async function evaluate(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('evaluation.start'));
  await expect(page.getByRole('heading', { name: texts.like('scores.title') })).toBeVisible();
}

/** The starter is not safe to ask: somebody takes its answers on by name, for this walk alone. */
export async function takeOnWhatWaits(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await page.getByLabel(texts.say('waiting.all')).check();
  await page.getByLabel(texts.say('waiting.reason')).fill('A walk through the sample plant; nobody is served.');
  await page.getByRole('button', { name: texts.like('waiting.accept') }).click();
  await expect(page.getByRole('heading', { name: texts.like('waiting.title') })).toBeHidden();
}

export async function apply(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  await window.press(texts.say('apply.apply'));
  await expect(page.getByRole('heading', { name: texts.like('serving.title') })).toBeVisible();
}

export async function ask(window: AppWindow, question: string): Promise<void> {
  const { page, texts } = window;
  await page.getByLabel(texts.say('ask.label')).fill(question);
  await window.press(texts.say('ask.ask'));
  await expect(page.getByRole('heading', { name: question, exact: true })).toBeVisible();
}

/** A line of a model's check list. */
export const lineOf = ({ page, texts }: AppWindow, item: CheckLine['item']): Locator =>
  page.getByRole('listitem').filter({ has: page.getByText(texts.say(`checkItem.${item}`), { exact: true }) });

export const answerOf = ({ page, texts }: AppWindow, who: 'base' | 'adapter'): Locator =>
  page.getByRole('region', { name: texts.say(`who.${who}`) }).first();
