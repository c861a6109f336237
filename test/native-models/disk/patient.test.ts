import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { move, moveNow, remove, removeNow, tidyUp, tidyUpNow } from '../../../native-models/disk/patient.ts';
import { createParameter } from '../../../native-models/train/adamw.ts';
import { saveCheckpoint } from '../../../native-models/train/checkpoint.ts';
import { notAskedYet } from '../../../native-models/train/stopping.ts';
import { writeFileDurably, writeFolderDurably } from '../../../native-models/weights/files.ts';
import { writeDurably } from '../../../src-main/store/durable.ts';
import { cannotHold, holdFor, onWindows } from '../../fixtures/held-file.ts';

const root = join(import.meta.dirname, '../../..');
const system = process.platform;
let folder: string;
let elsewhere: () => void;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '薄膜 held '));
  elsewhere = onWindows();
});
afterEach(() => {
  elsewhere();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const file = (name: string, content = name): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe.skipIf(cannotHold !== null)(`what others hold for a moment (${cannotHold ?? 'tried here'})`, () => {
  test('is replaced once they let go', async () => {
    const path = file('old');
    const started = Date.now();
    const letGo = await holdFor(400, path);
    try {
      await writeFileDurably(path, 'new');
    } finally {
      letGo();
    }
    expect(Date.now() - started).toBeGreaterThanOrEqual(390);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['old']);
  });

  test('is renamed and deleted once they let go', async () => {
    for (const act of [(path: string) => move(path, join(folder, 'moved')), remove]) {
      const path = file('held');
      const letGo = await holdFor(200, path);
      try {
        await act(path);
      } finally {
        letGo();
      }
      expect(existsSync(path)).toBe(false);
    }
  });

  test('stays as it was where they do not let go, and the error comes at last', async () => {
    const path = file('kept', 'old');
    const letGo = await holdFor(900_000, path);
    // A clock that is a second further at each look: how long this machine takes decides nothing.
    const started = Date.now();
    let now = started;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => (now += 1_000));
    try {
      await expect(writeFileDurably(path, 'new')).rejects.toMatchObject({ code: 'file-unwritable', values: { path } });
      clock.mockRestore();
      expect(now - started).toBeGreaterThanOrEqual(9_900);
      expect(now - started).toBeLessThan(15_000);
      expect(await tidyUp(path, 50)).toBe(false);
      expect(tidyUpNow(path, 0)).toBe(false);
    } finally {
      clock.mockRestore();
      letGo();
    }
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['kept']);
  });

  test('does not end a training: its checkpoint is put in place afterwards', async () => {
    const state = {
      ...{ step: 3, identity: 'x', firstLoss: 1, lastLoss: 1, seconds: 1 },
      stopping: notAskedYet,
    };
    const parameters = [createParameter('a', [2], Float32Array.of(1, 2))];
    const path = await saveCheckpoint(folder, state, parameters, null);
    chmodSync(path, 0o777);
    const letGo = await holdFor(300, path);
    try {
      expect(await saveCheckpoint(folder, { ...state, seconds: 2 }, parameters, null)).toBe(path);
    } finally {
      letGo();
    }
    expect(readFileSync(join(path, 'state.json'), 'utf8')).toContain('"seconds":2');
  });

  test('holds up the store, which cannot wait otherwise', async () => {
    const path = file('row', 'old');
    const letGo = await holdFor(300, path);
    try {
      writeDurably(path, Buffer.from('new'));
    } finally {
      letGo();
    }
    expect(readFileSync(path, 'utf8')).toBe('new');
    rmSync(path);
    file('row');
    const started = Date.now();
    const letGoAgain = await holdFor(300, path);
    try {
      removeNow(path);
    } finally {
      letGoAgain();
    }
    expect(Date.now() - started).toBeGreaterThanOrEqual(300);
    expect(readdirSync(folder)).toEqual([]);
  });

  // There a folder with a held file cannot even step aside.
  test.skipIf(system === 'win32')('and that cannot be cleaned away leaves the work done', async () => {
    const path = join(folder, 'adapter');
    mkdirSync(path);
    chmodSync(folder, 0o777);
    writeFileSync(join(path, 'old'), '');
    const letGo = await holdFor(900_000, join(path, 'old'));
    elsewhere();
    try {
      await writeFolderDurably(path, (temporary) => writeFileDurably(join(temporary, 'new'), ''));
    } finally {
      letGo();
    }
    expect(readdirSync(path)).toEqual(['new']);
  });
});

test('a folder in the way is there to stay: no one waits for it', async () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  for (const each of [from, to]) mkdirSync(join(each, 'full'), { recursive: true });
  // Whoever waits looks at the clock first.
  const clock = vi.spyOn(Date, 'now');
  onTestFinished(() => clock.mockRestore());
  await expect(move(from, to)).rejects.toThrow();
  expect(() => moveNow(from, to)).toThrow();
  expect(clock).not.toHaveBeenCalled();
});

test('nowhere else in the house is a file renamed or deleted', () => {
  const source =
    "import { rename } from 'node:fs/promises';\nimport { rmSync } from 'node:fs';\nexport { rename, rmSync };\n";
  const house = join(folder, 'house');
  mkdirSync(house);
  cpSync(join(root, 'oxlint.config.ts'), join(house, 'oxlint.config.ts'));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'), 'junction');
  for (const path of [
    'native-models/weights/files.ts',
    'src-main/hosts/log.ts',
    'native-models/disk/patient.ts',
    'test/x.ts',
  ]) {
    mkdirSync(join(house, path, '..'), { recursive: true });
    writeFileSync(join(house, path), source);
  }
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=unix'], {
    cwd: house,
    encoding: 'utf8',
  });
  const found = stdout.split('\n').filter((line) => line.includes('no-restricted-imports'));
  expect(
    found.map((line) => line.split(':')[0]!.replaceAll('\\', '/')).toSorted((one, other) => one.localeCompare(other)),
  ).toEqual([
    ...['native-models/weights/files.ts', 'native-models/weights/files.ts'],
    ...['src-main/hosts/log.ts', 'src-main/hosts/log.ts'],
  ]);
});
