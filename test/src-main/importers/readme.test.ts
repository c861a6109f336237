/** What the importers refuse stands in the README as the program says it. To write it anew: UPDATE_README=1. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorSentences, importLimits, rowErrorWords } from '../../../src-main/contract/index.ts';

const readme = join(import.meta.dirname, '../../../README.md');
const [begin, end] = ['<!-- importers: begin -->', '<!-- importers: end -->'];

test('the limits of the README are those of the importers', () => {
  const { megabytes, unpackedMegabytes, rows, columns, cells, cellCharacters, seconds } = importLimits;
  const count = (value: number) => value.toLocaleString('en');
  const wholeFile = Object.entries(errorSentences.en).filter(([code]) => code.startsWith('import-'));
  const generated = [
    `- Tables are read up to ${megabytes} MB (${unpackedMegabytes} MB once a workbook is unpacked), ${count(rows)} rows, ${count(columns)} columns, ${count(cells)} cells, ${count(cellCharacters)} characters in a cell and ${seconds} seconds, in a process of their own. A file is refused as a whole with one of these sentences:`,
    ...wholeFile.map(([, sentence]) => `  - ${sentence}`),
    '- Single rows are left out, each named with its row and column, for these reasons:',
    ...Object.values(rowErrorWords.en).map((words) => `  - ${words}`),
  ].join('\n');
  const text = readFileSync(readme, 'utf8');
  const [before, rest = ''] = text.split(`${begin}\n`);
  const [found, after] = rest.split(`\n${end}`);
  if (process.env['UPDATE_README']) writeFileSync(readme, `${before}${begin}\n\n${generated}\n\n${end}${after}`);
  else expect(found?.trim()).toBe(generated);
});
