/** Draws the installers' icons from the window's own (`node test/pictures/icon.ts`), in each system's format, so that packing has nothing to fetch. */

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { browserOptions } from '../fixtures/chromium.ts';

const root = resolve(import.meta.dirname, '../..');
const target = (name: string) => resolve(root, 'src-main/hosts/electron/resources', name);
const drawing = readFileSync(resolve(root, 'src-renderer/public/icon.svg')).toString('base64');

const browser = await chromium.launch(browserOptions());
const page = await browser.newPage();
const pictures = new Map<number, Buffer>();
for (const size of [128, 256, 512, 1024]) pictures.set(size, await draw(page, size));
await browser.close();

const picture = (size: number): Buffer => pictures.get(size) ?? Buffer.alloc(0);
writeFileSync(target('icon.png'), picture(512));
writeFileSync(target('icon.ico'), icoFile(picture(256)));
writeFileSync(
  target('icon.icns'),
  icnsFile([
    ['ic07', picture(128)],
    ['ic08', picture(256)],
    ['ic09', picture(512)],
    ['ic10', picture(1024)],
  ]),
);

async function draw(on: Page, size: number): Promise<Buffer> {
  await on.setViewportSize({ width: size, height: size });
  await on.setContent(
    `<style>body { margin: 0 } img { display: block }</style><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${drawing}">`,
  );
  return on.screenshot({ omitBackground: true });
}

/** One picture of 256 × 256 (written as 0). https://en.wikipedia.org/wiki/ICO_(file_format) */
function icoFile(png: Buffer): Buffer {
  const header = Buffer.alloc(22);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(1, 10);
  header.writeUInt16LE(32, 12);
  header.writeUInt32LE(png.length, 14);
  header.writeUInt32LE(header.length, 18);
  return Buffer.concat([header, png]);
}

/** https://en.wikipedia.org/wiki/Apple_Icon_Image_format */
function icnsFile(entries: readonly (readonly [type: string, png: Buffer])[]): Buffer {
  const part = (type: string, content: Buffer): Buffer => {
    const header = Buffer.alloc(8);
    header.write(type, 'latin1');
    header.writeUInt32BE(content.length + header.length, 4);
    return Buffer.concat([header, content]);
  };
  return part('icns', Buffer.concat(entries.map(([type, png]) => part(type, png))));
}
