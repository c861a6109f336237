/** Settings as a hand or another program leaves them, with a seal that fits: refused at the start by name, or passed over. */

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorSentence, OfficeError } from '../../../src-main/contract/errors.ts';
import { openStore } from '../../../src-main/store/index.ts';
import { openDatabase } from '../../../src-main/store/open.ts';
import { databaseName } from '../../../src-main/store/project-folders.ts';
import { temporaryDirectory } from '../../fixtures/data-directory.ts';

/** A data folder in which one setting was written. */
function withSetting(name: string, value: string): string {
  const directory = temporaryDirectory();
  const database = openDatabase(join(directory, databaseName));
  database.prepare('INSERT INTO settings (name, value) VALUES (?, ?)').run(name, value);
  database.close();
  return directory;
}

function refusalOf(directory: string): OfficeError | null {
  try {
    openStore(directory).close();
    return null;
  } catch (error) {
    if (error instanceof OfficeError) return error;
    throw error;
  }
}

const shift = { name: '早番', from: '08:00', to: '16:00' };
const deep = `${'['.repeat(100_001)}`;

describe('refused by the name of the setting, in one sentence', () => {
  test.each([
    ['serving', ''],
    ['serving', '{"on":tru'],
    ['serving', 'null'],
    ['serving', '[]'],
    ['serving', '"on"'],
    ['serving', '{"on":"yes"}'],
    ['serving', '{"port":"8080"}'],
    ['serving', '{"port":0}'],
    ['serving', '{"port":65536}'],
    ['serving', '{"port":8080.5}'],
    ['serving', '{"port":1e999}'],
    ['serving', '{"address":"everywhere"}'],
    ['serving', '{"address":["127.0.0.1"]}'],
    ['serving', deep],
    ['workShifts', ''],
    ['workShifts', '7'],
    ['workShifts', '{"workShifts":{},"updatedAt":""}'],
    ['workShifts', JSON.stringify({ workShifts: [{ ...shift, to: '25:00' }], updatedAt: '' })],
    ['workShifts', JSON.stringify({ workShifts: [{ ...shift, to: '08:00' }], updatedAt: '' })],
    ['workShifts', JSON.stringify({ workShifts: Array.from({ length: 11 }, () => shift), updatedAt: '' })],
    ['workShifts', JSON.stringify({ workShifts: [shift], updatedAt: 12 })],
    ['workShifts', JSON.stringify({ workShifts: [shift] })],
    ['device', ''],
    ['device', 'GPU'],
    ['device', 'cuda:'],
    ['device', 'webgpu:1'],
    ['device', '"cpu"'],
    ['operator', '名'.repeat(100_001)],
    ['emergencyLine', 'x'.repeat(10_000_000)],
    ['of another version', 'x'.repeat(10_000_000)],
  ])('%s', (name, value) => {
    const directory = withSetting(name, value);
    const error = refusalOf(directory);
    expect(error?.code).toBe('database-damaged');
    expect(error?.values).toEqual({ path: join(directory, databaseName), reason: `settings ${name}` });
    for (const language of ['en', 'ja'] as const) {
      const sentence = errorSentence({ code: error!.code, values: error!.values }, language);
      expect(sentence).toContain(`settings ${name}`);
      expect(sentence.length).toBeLessThan(400);
    }
  });
});

describe('taken as they are', () => {
  test.each([
    ['device', 'webgpu'],
    ['serving', '{}'],
    ['serving', '{"on":false,"address":"::1","port":1}'],
    ['serving', '{"on":false,"queue":{"of":"another version"}}'],
    ['workShifts', JSON.stringify({ workShifts: [shift], updatedAt: '2026-01-01T00:00:00.000Z' })],
    ['of another version', '{"broken'],
    ['operator', '{"a name like":"another"}'],
    ['department', ''],
  ])('%s %s', (name, value) => {
    const directory = withSetting(name, value);
    expect(refusalOf(directory)).toBeNull();
    const store = openStore(directory);
    expect(store.settings.get(name)).toBe(value);
    store.close();
  });
});
