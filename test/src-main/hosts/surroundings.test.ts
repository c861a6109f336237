/** What a host finds out about the machine before it opens: data folder, language, Electron, a stale shop window. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { dataDirectory } from '../../../src-main/hosts/data-directory.ts';
import { dataRisk } from '../../../src-main/hosts/data-risk.ts';
import { findElectron } from '../../../src-main/hosts/electron-binary.ts';
import { languageOf, sentenceOf } from '../../../src-main/hosts/language.ts';
import { rotatingFile } from '../../../src-main/hosts/log.ts';
import { rendererIsStale } from '../../../src-main/hosts/renderer-build.ts';
import { longestDataPath, requireShortEnough } from '../../../src-main/store/path-limit.ts';
import { onWindows } from '../../fixtures/held-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '田中 太郎 '));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('data directory', () => {
  const linux = { platform: 'linux', environment: {}, home: '/home/田中 太郎' } as const;

  test('is the usual folder of each operating system', () => {
    expect(dataDirectory(undefined, linux)).toBe(join('/home/田中 太郎', '.local', 'share', 'usumaku'));
    expect(dataDirectory(undefined, { ...linux, environment: { XDG_DATA_HOME: '/data' } })).toBe(
      join('/data', 'usumaku'),
    );
    expect(dataDirectory(undefined, { ...linux, environment: { XDG_DATA_HOME: 'relative' } })).toBe(
      join('/home/田中 太郎', '.local', 'share', 'usumaku'),
    );
    expect(dataDirectory(undefined, { ...linux, platform: 'darwin' })).toContain(
      join('Library', 'Application Support', 'usumaku'),
    );
  });

  test('of Windows it stays on the PC, but where a former version left data in the one that roams', () => {
    const environment = { APPDATA: '/Roaming', LOCALAPPDATA: '/Local' };
    const on = (...there: string[]) =>
      dataDirectory(undefined, {
        ...{ ...linux, platform: 'win32', environment },
        exists: (path) => there.includes(path),
      });
    const [local, roaming] = [join('/Local', 'usumaku'), join('/Roaming', 'usumaku')];
    expect(on()).toBe(local);
    expect(on(roaming)).toBe(roaming);
    expect(on(roaming, local)).toBe(local);
    expect(dataDirectory(undefined, { ...linux, platform: 'win32', exists: () => false })).toBe(
      join('/home/田中 太郎', 'AppData', 'Local', 'usumaku'),
    );
  });

  test.each([
    ['win32', '\\\\server\\share\\usumaku', 'network'],
    ['win32', '//server/share/usumaku', 'network'],
    ['win32', '\\\\?\\UNC\\server\\share', 'network'],
    ['win32', '\\\\?\\C:\\usumaku', null],
    ['win32', 'C:\\Users\\田中\\OneDrive - 工場株式会社\\usumaku', 'synchronised'],
    ['win32', 'D:\\同期\\usumaku', 'synchronised'],
    ['win32', 'D:\\同期しない\\usumaku', null],
    ['win32', 'C:\\Users\\田中\\AppData\\Local\\usumaku', null],
    // Letters that stand for a share, by what Windows says of them: also where the PC behind one is away.
    ['win32', 'Z:\\品質保証\\usumaku', 'network'],
    ['win32', 'z:/usumaku', 'network'],
    ['win32', '\\\\?\\Z:\\usumaku', 'network'],
    ['win32', 'E:\\usumaku', null],
    ['darwin', '/Users/tanaka/Library/CloudStorage/Dropbox/usumaku', 'synchronised'],
    ['darwin', '/Users/tanaka/Library/Application Support/usumaku', null],
    ['linux', '/home/tanaka/Dropbox/usumaku', null],
  ] as const)('on %s %s: %s', async (platform, path, risk) => {
    const drives = () => Promise.resolve(['C:\\ Fixed', 'D:\\ Fixed', 'E:\\ Removable', 'Z:\\ Network']);
    expect(await dataRisk(path, { platform, environment: { OneDriveCommercial: 'D:\\同期' } }, drives)).toBe(risk);
  });

  test('a Windows that says nothing of its drives warns of none', async () => {
    expect(await dataRisk('Z:\\usumaku', { platform: 'win32', environment: {} }, () => Promise.resolve([]))).toBe(null);
  });

  test('a path that Windows would not let libraries open is refused early, with its limit', () => {
    const back = onWindows();
    try {
      expect(longestDataPath).toBeGreaterThan(100);
      requireShortEnough('C:'.padEnd(longestDataPath, 'x'));
      const path = 'C:'.padEnd(240, 'あ');
      expect(() => requireShortEnough(path)).toThrow(OfficeError);
      const values = { path, characters: 240, most: longestDataPath };
      expect(sentenceOf(new OfficeError('data-path-too-long', values), 'en')).toContain(`${longestDataPath}`);
    } finally {
      back();
    }
    if (process.platform !== 'win32') requireShortEnough('/'.padEnd(240, 'x'));
  });

  test('the option wins over the environment, which wins over the default', () => {
    const surroundings = { ...linux, environment: { USUMAKU_DATA: '/from/environment' } };
    expect(dataDirectory('工場 A', surroundings)).toBe(resolve('工場 A'));
    expect(dataDirectory(undefined, surroundings)).toBe(resolve('/from/environment'));
  });
});

describe('language of the terminal', () => {
  test('is Japanese for a Japanese system and English for all others', () => {
    expect(languageOf('ja-JP')).toBe('ja');
    expect(languageOf('de-DE')).toBe('en');
  });

  test('a coded error is one sentence in that language', () => {
    const error = new OfficeError('database-locked', { path: '/data' });
    expect(sentenceOf(error, 'ja')).toBe('/data のデータは別の薄膜が使用中です。先にそちらを閉じてください。');
    expect(sentenceOf(error, 'en')).toContain('/data is in use');
    expect(sentenceOf(new Error('first\nsecond'), 'en')).toBe('first');
  });

  test('and so is what the file system says of a folder that cannot be made', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const said = (language: 'ja' | 'en') => {
      try {
        rotatingFile(join(file, 'logs', 'usumaku.log'));
        return '';
      } catch (error) {
        return sentenceOf(error, language);
      }
    };
    expect(said('ja')).toContain(`${join(file, 'logs')} に書き込めません`);
    expect(said('en')).toContain(`${join(file, 'logs')} could not be written`);
  });
});

describe('Electron', () => {
  const screen = { platform: 'linux', environment: { DISPLAY: ':0' }, superuser: false } as const;
  const unpack = (path: string, binary: boolean) => {
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'path.txt'), path);
    if (binary) writeFileSync(join(folder, 'dist', path), '');
  };

  test('is missing without the package, without its binary, and after a broken download', () => {
    expect(findElectron({ ...screen, packageDirectory: null })).toEqual({ missing: 'package' });
    expect(findElectron({ ...screen, packageDirectory: folder })).toEqual({ missing: 'binary' });
    unpack('electron', false);
    expect(findElectron({ ...screen, packageDirectory: folder })).toEqual({ missing: 'binary' });
  });

  test('is found where its binary lies, unless nobody could see it', () => {
    unpack('electron', true);
    const found = { path: join(folder, 'dist', 'electron') };
    expect(findElectron({ ...screen, packageDirectory: folder })).toEqual(found);
    expect(findElectron({ ...screen, packageDirectory: folder, environment: {} })).toEqual({ missing: 'display' });
    expect(findElectron({ ...screen, packageDirectory: folder, superuser: true })).toEqual({ missing: 'root' });
    expect(findElectron({ ...screen, packageDirectory: folder, platform: 'win32', environment: {} })).toEqual(found);
  });

  test('is not asked for where it could not run', () => {
    const missing = { ...screen, packageDirectory: folder };
    expect(findElectron({ ...missing, superuser: true })).toEqual({ missing: 'root' });
    expect(findElectron({ ...missing, environment: {} })).toEqual({ missing: 'display' });
  });

  test('lies where ELECTRON_OVERRIDE_DIST_PATH says, and nowhere else', () => {
    unpack('electron', true);
    const named = (path: string) => ({ DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: path });
    const dist = join(folder, 'dist');
    expect(findElectron({ ...screen, packageDirectory: null, environment: named(dist) })).toEqual({
      path: join(dist, 'electron'),
    });
    expect(findElectron({ ...screen, packageDirectory: folder, environment: named(join(folder, 'empty')) })).toEqual({
      missing: 'override',
    });
  });
});

test('the shop window is stale when it was never built or a source is newer', () => {
  expect(rendererIsStale(folder)).toBe(true);
  mkdirSync(join(folder, 'dist', 'renderer'), { recursive: true });
  mkdirSync(join(folder, 'src-renderer', 'features'), { recursive: true });
  const page = join(folder, 'dist', 'renderer', 'index.html');
  const source = join(folder, 'src-renderer', 'features', 'Ask.svelte');
  writeFileSync(page, '');
  writeFileSync(source, '');
  utimesSync(source, 1000, 1000);
  expect(rendererIsStale(folder)).toBe(false);
  utimesSync(page, 500, 500);
  expect(rendererIsStale(folder)).toBe(true);
});

test('a full log file makes room and only so many are kept', () => {
  const path = join(folder, 'logs', 'usumaku.log');
  const log = rotatingFile(path, { largestBytes: 10, keep: 2 });
  for (const line of ['first--\n', 'second-\n', 'third--\n', 'fourth-\n']) log.write(line);
  expect(readdirSync(join(folder, 'logs')).sort()).toEqual(['usumaku.log', 'usumaku.log.1', 'usumaku.log.2']);
  expect(readFileSync(path, 'utf8')).toBe('fourth-\n');
  expect(readFileSync(`${path}.2`, 'utf8')).toBe('second-\n');
  rotatingFile(path, { largestBytes: 100, keep: 2 }).write('fifth\n');
  expect(readFileSync(path, 'utf8')).toBe('fourth-\nfifth\n');
});
