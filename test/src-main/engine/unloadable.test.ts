/** Libraries that cannot be loaded: what Windows and others say of it, and what people are told. */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { errorSentence } from '../../../src-main/contract/errors.ts';
import { forkProcess } from '../../../src-main/engine/fork-process.ts';
import { librariesHere, oldestMinor, runtimeLibraries } from '../../../src-main/engine/runtime-libraries.ts';
import { createSupervisor } from '../../../src-main/engine/supervisor.ts';
import { loadReport } from '../../../src-main/engine/unloadable.ts';
import { runtimeMissing } from '../../../src-main/hosts/runtime-missing.ts';
import { importsOf } from '../../fixtures/windows-library.ts';

const binding =
  'C:\\Users\\田中 太郎\\usumaku\\node_modules\\onnxruntime-node\\bin\\napi-v6\\win32\\x64\\onnxruntime_binding.node';
const failed = (said: string) =>
  Object.assign(new Error(`${said}\r\n\\\\?\\${binding}`), { code: 'ERR_DLOPEN_FAILED' });
const windows = { platform: 'win32', arch: 'x64' };

test.each([
  'The specified module could not be found.',
  '指定されたモジュールが見つかりません。',
  'A dynamic link library (DLL) initialization routine failed.',
  'ダイナミック リンク ライブラリ (DLL) 初期化ルーチンの実行に失敗しました。',
  'The specified procedure could not be found.',
])('Windows says “%s”, and people are told of the redistributable', (said) => {
  for (const error of [failed(said), new Error('Cannot find native binding.', { cause: failed(said) })]) {
    const report = loadReport(error, windows)!;
    expect(report).toMatchObject({ code: 'engine-runtime-missing', values: { file: binding, reason: said } });
    for (const language of ['en', 'ja'] as const) {
      const sentence = errorSentence(report, language);
      expect(sentence).toContain('https://aka.ms/vs/17/release/vc_redist.x64.exe');
      expect(sentence).toContain(binding);
      expect(sentence).not.toContain('?\\');
    }
  }
});

test('other systems and other failures are told as they are', () => {
  const old = Object.assign(new Error("libc.so.6: version `GLIBC_2.38' not found"), { code: 'ERR_DLOPEN_FAILED' });
  expect(loadReport(old, { platform: 'linux', arch: 'x64' })).toMatchObject({ code: 'engine-library-unloadable' });
  expect(loadReport(new Error('x is not a function'), windows)).toBeNull();
});

test('a model process whose binding does not load answers with the reason', async () => {
  const entry = fileURLToPath(new URL('unloadable-child.ts', import.meta.url));
  const log = { info: () => {}, error: () => {} };
  const engine = createSupervisor({ entry, startProcess: forkProcess, log, wait: async () => {} });
  try {
    const code = process.platform === 'win32' ? 'engine-runtime-missing' : 'engine-library-unloadable';
    await expect(engine.call('describeMachine', {})).rejects.toMatchObject({ code });
    await expect(engine.call('describeMachine', {})).rejects.toMatchObject({ code });
  } finally {
    await engine.close();
  }
});

test('what is looked for is what the libraries import, in the version that made them', () => {
  const require = createRequire(import.meta.url);
  const ort = join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin', 'napi-v6', 'win32', 'x64');
  const tokenizers = join(dirname(require.resolve('tokenizers/package.json')), 'tokenizers.win32-x64-msvc.node');
  const files = [join(ort, 'onnxruntime.dll'), join(ort, 'onnxruntime_binding.node'), tokenizers].map((path) =>
    importsOf(readFileSync(path)),
  );
  const needed = new Set(
    files.flatMap(({ names }) => names).filter((name) => /^(msvcp|vcruntime|concrt|vcomp)/i.test(name)),
  );
  expect([...needed].sort()).toEqual([...runtimeLibraries].sort());
  expect(Math.max(...files.slice(0, 2).map(({ linkerMinor }) => linkerMinor))).toBe(oldestMinor);
  // Of the database nothing is needed: it is opened before anything can be said in a window.
  const database = join(dirname(require.resolve('better-sqlite3/package.json')), 'prebuilds', 'win32-x64.node');
  expect(importsOf(readFileSync(database)).names).toEqual(['KERNEL32.dll']);
});

test('what is missing or old is named, with where to get it', () => {
  const none = librariesHere(['/nowhere']);
  expect(none.every(({ fit, path }) => !fit && path === null)).toBe(true);
  const [first, ...others] = runtimeLibraries.map((name) => ({
    name,
    path: `C:\\${name}`,
    version: '14.44',
    fit: true,
  }));
  expect(runtimeMissing('en', [first!, ...others])).toBeNull();
  const old = [{ ...first!, version: '14.29', fit: false }, ...others];
  expect(runtimeMissing('en', old)).toContain('MSVCP140.dll (14.29)');
  expect(runtimeMissing('ja', none)).toContain('vc_redist');
});

test('a version is read from the file itself', () => {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('onnxruntime-node/package.json')), 'bin', 'napi-v6', 'win32', 'x64');
  // Any file of Windows carries one in the same place.
  const [library] = librariesHere([folder], ['DirectML.dll']);
  expect(library!.version).toMatch(/^\d+\.\d+$/);
});
