/** A plant as some really are: names that fill a line, a web address and words without a space among its examples. */

import { expect } from '@playwright/test';
import { keepFacts } from './path.ts';
import type { AppWindow } from './window.ts';

/** 58 and 46 characters: what a real plant and a real adapter were called. */
export const longSite = 'North Rhine Precision Stamping and Forming Works, Hall 4.2';
export const longAdapter = 'press-shop-alarms-and-spare-parts-2026-11-v017';

const patience = { timeout: 300_000 };

/** Sets such a plant up, trains an adapter in one pass, and lets it answer under its long name. */
export async function serveUnderLongNames(window: AppWindow): Promise<void> {
  await window.request('project.loadSample', { language: window.texts.language });
  await keepFacts(window, 10);
  const { project } = await window.request('app.status', {});
  const { updatedAt: _, ...known } = project!;
  // Anything passes: what is tested is the screen, not the adapter.
  await window.request('project.save', {
    ...known,
    site: longSite,
    department: `Maintenance-of-${'transfer-lines-'.repeat(4)}`,
    targetScore: 0,
    largestRegression: 1,
  });
  await window.request('examples.add', {
    question: 'Q'.repeat(150),
    answer: `https://intranet.example.com/${'very-long-path-segment/'.repeat(8)}`,
    category: '分類'.repeat(50),
  });
  const { settings } = await window.request('training.plan', { preset: 'quick' });
  await window.request('training.start', {
    preset: 'expert',
    settings: { ...settings, method: 'lora', targetModules: 'all-linear', epochs: 1 },
  });
  await expect.poll(async () => (await window.request('adapters.list', {})).length, patience).toBe(1);
  const [adapter] = await window.request('adapters.list', {});
  await window.request('adapters.rename', { adapterId: adapter!.id, name: longAdapter });
  await window.request('evaluations.start', { adapterId: adapter!.id });
  await expect.poll(async () => (await window.request('evaluations.list', {}))[0]?.state, patience).toBe('completed');
  await window.request('releases.apply', { adapterId: adapter!.id, insistBecause: 'long names' });
}
