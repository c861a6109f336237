/** Database and files of a data folder are readable by their owner alone. */

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../../src-main/store/index.ts';
import { openLog } from '../../../src-main/hosts/log.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), '権限 '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (...path: readonly string[]) => (statSync(join(...path)).mode & 0o777).toString(8);

function openAndWrite(folder: string): void {
  openLog(folder).info('open');
  const store = openStore(folder);
  store.settings.set('operator', '田中');
  store.artefacts.putJsonLines([{ question: '秘密' }]);
  // Beside the database as long as it is open.
  expect(existsSync(join(folder, 'usumaku.sqlite-wal'))).toBe(true);
  expect(modeOf(folder, 'usumaku.sqlite-wal')).toBe('600');
  store.close();
}

describe.skipIf(process.platform === 'win32')('modes (skipped: Windows keeps access lists)', () => {
  test('a new data folder is its owner’s alone', () => {
    const folder = join(root, 'new', 'data');
    openAndWrite(folder);
    expect([modeOf(folder), modeOf(folder, 'usumaku.sqlite')]).toEqual(['700', '600']);
  });

  test('and so is one of a former version, once it is opened', () => {
    const folder = join(root, 'former');
    openStore(folder).close();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'usumaku.sqlite'), 0o644);
    writeFileSync(join(folder, 'usumaku.sqlite.before-schema-0003'), '', { mode: 0o644 });
    openAndWrite(folder);
    expect([modeOf(folder), modeOf(folder, 'usumaku.sqlite')]).toEqual(['700', '600']);
    expect(modeOf(folder, 'usumaku.sqlite.before-schema-0003')).toBe('600');
  });

  test('a folder that holds other things stays open to whom it was, but what is ours does not', () => {
    const folder = join(root, 'shared');
    mkdirSync(join(folder, 'holiday pictures'), { recursive: true, mode: 0o755 });
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'adapters'), { mode: 0o755 });
    openAndWrite(folder);
    openStore(folder).close();
    expect([modeOf(folder), modeOf(folder, 'holiday pictures')]).toEqual(['755', '755']);
    expect(['usumaku.sqlite', 'adapters', 'logs', 'datasets'].map((name) => modeOf(folder, name))).toEqual([
      '600',
      '700',
      '700',
      '700',
    ]);
  });
});
