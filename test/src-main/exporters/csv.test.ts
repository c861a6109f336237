/** Cells that come back as they were written, whatever they hold, and never as a formula. */

import fc from 'fast-check';
import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { answersCsv } from '../../../src-main/exporters/report/csv.ts';

const item = (text: string) => ({
  ...{
    exampleId: 'e',
    set: 'phrasings' as const,
    category: '',
    question: 'q',
    expected: 'a',
    base: 'b',
    adapter: text,
  },
  ...{ baseRight: false, adapterRight: false, baseScores: null, adapterScores: null, acceptance: null },
});

test('every text comes back, and none begins as a formula does', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', '=', '+', '-', '@', '\t', '\r', '＝'),
      (rest, sign) => {
        const text = sign + rest;
        const csv = answersCsv({ id: 'x', items: [item(text)] });
        const [, row] = Papa.parse<string[]>(csv.slice(1), { newline: '\r\n' }).data;
        const cell = row?.[7] ?? '';
        expect(cell === text || cell === `'${text}`).toBe(true);
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      },
    ),
  );
});
