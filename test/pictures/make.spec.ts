/** `npm run pictures`: walks the real app along its path and takes the README's pictures on the way; `-- -g ja` takes those of one language. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language, Station, StepName } from '../../src-main/contract/entities.ts';
import {
  ask,
  evaluate,
  loadSamplePlant,
  startTraining,
  takeOnWhatWaits,
  untilFurther,
  untilTrained,
} from '../e2e/app/path.ts';
import { goOn, startAtTwoStations, stations } from '../e2e/app/rollout.ts';
import { expect, test } from '../e2e/app/test.ts';
import type { AppWindow } from '../e2e/app/window.ts';

type Theme = 'light' | 'dark';

/** English shows the whole path; Japanese and dark show that they are there. */
const wanted: Record<Language, Partial<Record<StepName, readonly Theme[]>>> = {
  en: {
    setup: ['light'],
    collect: ['light'],
    train: ['light', 'dark'],
    prove: ['light', 'dark'],
    rollout: ['light'],
    operate: ['light'],
  },
  ja: { setup: ['light'], train: ['light'], prove: ['light'], operate: ['light'] },
};

const people: Record<Language, string> = { en: 'K. Sato', ja: '佐藤 和子' };
const lines: Record<Language, string> = { en: 'Extension 119, first-aid room', ja: '内線119（健康管理室）' };
const questions: Record<Language, string> = {
  en: 'How tight should the bolts on P-07 be?',
  ja: 'P-07の締付トルクは？',
};

/** READMEs load on slow lines too. */
const largestBytes = 150_000;

for (const language of ['en', 'ja'] as const) {
  test.describe(language, () => {
    test.use({ language });

    test('the whole path', ({ window }) => along(window, language));
  });
}

async function along(window: AppWindow, language: Language): Promise<void> {
  const { page, texts } = window;
  const take = (step: StepName) => picture(window, step, language);
  await window.request('app.setOperator', { name: people[language] });
  await expect(page.getByText(texts.say('device.ready'), { exact: true }).first()).toBeAttached({ timeout: 30_000 });
  await take('setup');

  await loadSamplePlant(window);
  await window.go('collect');
  await expect(page.getByText(texts.say('readiness.ready'), { exact: true })).toBeVisible();
  await take('collect');

  await window.go('train');
  await window.choose(texts.say('preset.standard'));
  await startTraining(window);
  // Half of what the sample takes until it is known: a curve that still goes somewhere.
  await untilFurther(window, 60, 0);
  await take('train');
  await untilTrained(window);

  await window.go('prove');
  await evaluate(window);
  await take('prove');
  await takeOnWhatWaits(window);

  await toTheCanary(window, language);
  await take('rollout');

  await window.go('operate');
  await page.getByLabel(texts.say('operate.station'), { exact: true }).selectOption({ label: stations[0] });
  await ask(window, questions[language]);
  await take('operate');
}

/** A rollout as it looks after a few graded answers. */
async function toTheCanary(window: AppWindow, language: Language): Promise<void> {
  await startAtTwoStations(window);
  const [{ id: stationId }] = (await window.request('stations.list', {})) as [Station];
  const { examples } = await window.request('examples.list', { offset: 0, limit: 12 });
  await window.request('site.setEmergencyLine', { text: lines[language] });
  for (const { question } of examples.slice(0, 6)) await window.request('ask.ask', { question, stationId });
  for (const { id: pairId } of await window.request('rollouts.pairs', {}))
    await window.request('rollouts.gradePair', { pairId, grade: 'same' });
  await goOn(window);
  for (const { question } of examples.slice(6)) {
    const { id: answerId } = await window.request('ask.ask', { question, stationId });
    await window.request('ask.grade', { answerId, grade: 'right' });
  }
  await expect(window.page.getByText(window.texts.like('pipeline.answers')).first()).toBeVisible();
}

async function picture({ page }: AppWindow, step: StepName, language: Language): Promise<void> {
  for (const theme of wanted[language][step] ?? []) {
    const name = `${step}-${language}-${theme}`;
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate(() => {
      scrollTo({ top: 0 });
      (document.activeElement as HTMLElement | null)?.blur();
    });
    await noNotices(page);
    const path = join(import.meta.dirname, `${name}.png`);
    await page.screenshot({ path, animations: 'disabled' });
    const { size } = await stat(path);
    console.log(`${name}.png ${Math.round(size / 1000)} kB`);
    if (size > largestBytes) throw new Error(`${name}.png is larger than ${largestBytes / 1000} kB.`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Notices come and go; they would only cover what the picture shows. */
async function noNotices(page: AppWindow['page']): Promise<void> {
  await expect(page.locator('.toast')).toHaveCount(0);
}
