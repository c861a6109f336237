/** Whether a screen fits its window: nothing may have to be pushed sideways, on a phone or on a desk. */

import { expect } from '@playwright/test';
import type { StepName } from '../../../src-main/contract/entities.ts';
import type { AppWindow } from './window.ts';

/** A phone and a desk. */
const sizes = [
  { width: 390, height: 800 },
  { width: 1280, height: 800 },
] as const;

export const steps: readonly StepName[] = ['setup', 'collect', 'train', 'prove', 'rollout', 'operate', 'govern'];

/** The screen that is open, in each size; the last one stays. */
export async function expectFit(
  { page }: AppWindow,
  what: string,
  windows: readonly { readonly width: number; readonly height: number }[] = sizes,
): Promise<void> {
  for (const size of windows) {
    await page.setViewportSize(size);
    await expect.poll(() => page.evaluate(widthBeyondWindow), `${what}, ${size.width} wide`).toEqual([]);
  }
}

/** Every screen, without using up a newcomer's clicks. */
export async function expectEveryStepFits(window: AppWindow, what: string): Promise<void> {
  const { clicks } = window;
  for (const step of steps) {
    await window.go(step);
    await expect(window.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectFit(window, `${what}: ${step}`);
  }
  window.clicks = clicks;
}

/** What sticks out, where the page is wider than its window; empty where it fits. */
function widthBeyondWindow(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll('body *')].filter(
    (each) => each.getBoundingClientRect().right > clientWidth,
  );
  return [`${scrollWidth} of ${clientWidth}`, ...wide.slice(0, 5).map((each) => each.outerHTML.slice(0, 120))];
}
