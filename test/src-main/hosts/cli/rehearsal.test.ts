import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rehearsalFile, starterModelDirectory } from '../../../../native-models/starter/index.ts';
import { rehearsalFor } from '../../../../src-main/hosts/cli/rehearsal.ts';
import { goldenPath } from '../../../native-models/goldens.ts';

test('the starter rehearses its general skills wherever its folder is named, and no other model does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'usumaku-rehearsal-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const link = join(folder, 'model');
  symlinkSync(starterModelDirectory, link, 'junction');
  expect(rehearsalFor(starterModelDirectory)).toBe(rehearsalFile);
  expect(rehearsalFor(link)).toBe(rehearsalFile);
  expect(rehearsalFor(goldenPath('llama'))).toBeNull();
  expect(rehearsalFor(join(folder, 'missing'))).toBeNull();
});
