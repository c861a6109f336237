/** Commands on a folder that holds no data say so, and leave it as it was. */

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../../fixtures/data-directory.ts';
import { usumaku } from './usumaku.ts';

test.each(['revert', 'report', 'rerun', 'rollout list'])('%s makes no data of its own', async (command) => {
  const missing = join(temporaryDirectory(), 'missing');
  const empty = join(temporaryDirectory(), 'empty');
  mkdirSync(empty, { recursive: true });
  for (const data of [missing, empty]) {
    const { status, output, errors } = await usumaku([...command.split(' '), '--data', data]);
    expect({ status, output }).toEqual({ status: 1, output: '' });
    expect(errors).toBe(
      `There is no data of Usumaku in ${data}. Name its folder with --data, or open the app there first.\n`,
    );
  }
  expect(existsSync(missing)).toBe(false);
  expect(readdirSync(empty)).toEqual([]);
});
