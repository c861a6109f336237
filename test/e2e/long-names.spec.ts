/** Names and words of any length: nothing widens a page, and the way back to the original is always in sight. */

import { expectFit, steps } from './app/fit.ts';
import { longAdapter, longSite, serveUnderLongNames } from './app/long-names.ts';
import { expect, test } from './app/test.ts';
import { textsIn } from './app/texts.ts';
import { AppWindow } from './app/window.ts';

const widths = [640, 1024, 1280, 1920] as const;

test.describe('long names', () => {
  test.use({ language: 'ja' });
  test.setTimeout(600_000);

  test('widen no page, end in an ellipsis, and leave Revert and the mark of what answers in sight', async ({
    window,
  }) => {
    const { page } = window;
    await serveUnderLongNames(window);
    // Training is what takes long: both languages look at the same plant.
    for (const language of ['ja', 'en'] as const) {
      await page.evaluate((chosen) => localStorage.setItem('usumaku.language', chosen), language);
      await page.reload();
      await expectNamesHold(new AppWindow(page, textsIn(language)));
    }
    // It stays where it was, with nothing left to take off: whoever pressed it keeps the focus, and the next press tells so.
    const revert = page.getByRole('banner').getByRole('button', { name: textsIn('en').say('action.revert') });
    await revert.press('Enter');
    await expect(page.getByText(textsIn('en').like('revert.doneIdentical'))).toBeVisible();
    await expect(revert).toBeFocused();
    await revert.press('Enter');
    await expect(page.getByText(textsIn('en').say('revert.nothingIdentical'))).toBeVisible();
  });
});

async function expectNamesHold(window: AppWindow): Promise<void> {
  const { page, texts } = window;
  const bar = page.getByRole('banner');
  const revert = bar.getByRole('button', { name: texts.say('action.revert') });
  const mark = bar.getByText(texts.say('shell.serving', { name: longAdapter }), { exact: true });
  for (const step of steps) {
    await window.go(step);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    for (const width of widths) {
      const what = `${texts.language}, ${step}, ${width} wide`;
      await expectFit(window, what, [{ width, height: 800 }]);
      // At the end of the longest page, too.
      await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
      await expect(revert, what).toBeInViewport({ ratio: 1 });
      await expect(mark, what).toBeInViewport({ ratio: 1 });
    }
  }
  await page.setViewportSize({ width: 1024, height: 800 });
  for (const name of [mark, bar.getByText(longSite, { exact: true })]) {
    await expect(name).toHaveAttribute('title', new RegExp(`(${longAdapter}|${longSite})$`));
    const cut = await name.evaluate((each) => ({
      hidden: each.scrollWidth > each.clientWidth,
      how: getComputedStyle(each).textOverflow,
    }));
    expect(cut).toEqual({ hidden: true, how: 'ellipsis' });
  }
}
