/**
 * Where no data can be kept, the start says so in one sentence, in the language of the system and with what to do, and ends.
 * Skipped on Windows, and where nobody but the superuser is to be had: who may do everything is refused nothing.
 */

import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const start = resolve(import.meta.dirname, '../../../src-main/hosts/start.js');
const isSuperuser = process.getuid?.() === 0;
/** Nobody, where tests run as the superuser. */
const nobody = 65_534;
const root = mkdtempSync(join(tmpdir(), 'usumaku folders '));
afterAll(() => {
  chmodSync(join(root, 'read-only'), 0o755);
  rmSync(root, { recursive: true, force: true });
});
chmodSync(root, 0o755);
mkdirSync(join(root, 'read-only'), { mode: 0o555 });
mkdirSync(join(root, 'only logs', 'logs'), { recursive: true });
writeFileSync(join(root, 'file'), '');
if (isSuperuser) for (const name of ['read-only', 'only logs']) chownSync(join(root, name), nobody, nobody);
chmodSync(join(root, 'only logs', 'logs'), 0o555);

const folders: readonly (readonly [what: string, path: string, said: RegExp])[] = [
  [
    'a folder that may not be written to',
    join(root, 'read-only'),
    /read-only\/logs に書き込めません（権限がありません）/u,
  ],
  ['one below it', join(root, 'read-only', 'data'), /read-only\/data に書き込めません（権限がありません）/u],
  ['a file in its place', join(root, 'file'), /file\/logs に書き込めません（フォルダーの場所にファイルがあります）/u],
  ['a device in its place', '/dev/null', /\/dev\/null\/logs に書き込めません（フォルダーの場所にファイルがあります）/u],
  [
    'only its logs may not be written to',
    join(root, 'only logs'),
    /usumaku\.log に書き込めません（権限がありません）/u,
  ],
];
/** Linux alone has it. */
const inProc: typeof folders = existsSync('/proc/self')
  ? [['/proc', '/proc/usumaku', /に書き込めません（その場所が見つからないか、作れません）/u]]
  : [];

test.skipIf(process.platform === 'win32').each([...folders, ...inProc])(
  '%s (skipped: Windows has no modes)',
  async (_, path, said) => {
    const run = promisify(execFile)(process.execPath, [start, '--browser', '--no-open', '--data', path], {
      env: { ...process.env, LANG: 'ja_JP.UTF-8', LC_ALL: 'ja_JP.UTF-8', HOME: root },
      ...(isSuperuser && { uid: nobody, gid: nobody }),
    });
    const ended = (await run.then(
      () => ({ code: 0, stderr: '' }),
      (error: unknown) => error,
    )) as { readonly code: number; readonly stderr: string };
    expect(ended.code).toBe(1);
    const lines = ended.stderr.trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(said);
    expect(lines[0]).toMatch(/別の場所を選ぶか、書き込む権限を確かめてください。$/u);
  },
);
