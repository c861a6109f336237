/** Whether this Node is new enough. Plain JavaScript, so that an old one can still read why it is too old. */

import { existsSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import process from 'node:process';

const needed = 24;

/** What npm brought along, as seen from here. */
const libraries = fileURLToPath(new URL('../../node_modules', import.meta.url));
const here = {
  version: process.versions.node,
  system: `${process.platform}-${process.arch}`,
  installed: existsSync(libraries),
  brought: existsSync(`${libraries}/node/bin`),
};

/**
 * One sentence in both languages where the Node that runs this is too old; null where it will do.
 * @param {{ version: string; system: string; installed: boolean; brought: boolean }} found
 * @returns {string | null}
 */
export function nodeNeeded(found = here) {
  const { version, system, installed, brought } = found;
  if (Number(version.split('.')[0]) >= needed) return null;
  if (installed && !brought) {
    return (
      `Usumaku needs Node ${needed} or newer, but this is Node ${version}, and npm could bring none along for ${system}: install it from https://nodejs.org, then run "npm ci" and "npm start".\n` +
      `薄膜にはNode ${needed}以上が必要です（今は${version}）。${system} 用はnpmで入手できませんでした。https://nodejs.org からインストールして、「npm ci」のあと「npm start」を実行してください。`
    );
  }
  return (
    `Usumaku needs Node ${needed}, but this is Node ${version}. Run "npm ci" and then "npm start": that brings the right one along.\n` +
    `薄膜にはNode ${needed}が必要です（今は${version}）。「npm ci」のあと「npm start」を実行してください。必要な版が一緒に入ります。`
  );
}
