/** Draws the installers' icon from the window's own (`node test/pictures/icon.ts`). */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from '@playwright/test';
import { chromiumArguments, chromiumPath } from '../fixtures/chromium.ts';

const root = resolve(import.meta.dirname, '../..');
/** What macOS asks for; the other sizes are made from it. */
const size = 1024;

const browser = await chromium.launch({
  ...(chromiumPath === undefined ? {} : { executablePath: chromiumPath }),
  args: [...chromiumArguments],
});
const page = await browser.newPage({ viewport: { width: size, height: size } });
const drawing = readFileSync(resolve(root, 'src-renderer/public/icon.svg'));
await page.setContent(
  `<style>body { margin: 0 } img { display: block }</style><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${drawing.toString('base64')}">`,
);
await page.screenshot({ path: resolve(root, 'src-main/hosts/electron/resources/icon.png'), omitBackground: true });
await browser.close();
