/** Separated text: finds the separator and reads the cells. */

import Papa from 'papaparse';

const separators = ['\t', ',', ';', '|'] as const;
/** Rows looked at to find the separator. */
const lookedAt = 200;

export interface DelimitedCells {
  readonly delimiter: string;
  readonly rows: readonly (readonly string[])[];
}

export function readDelimited(text: string): DelimitedCells {
  const delimiter = findSeparator(text);
  return { delimiter, rows: parse(text, delimiter, 0) };
}

/** The separator that gives most rows the same number of columns, and more than one. A tab wins a tie: people paste from Excel. */
function findSeparator(text: string): string {
  let best: { separator: string; share: number } = { separator: ',', share: 0 };
  for (const separator of separators) {
    const widths = parse(text, separator, lookedAt)
      .filter((row) => row.some((cell) => cell.trim() !== ''))
      .map((row) => row.length);
    const counts = [...Map.groupBy(widths, (width) => width)].filter(([width]) => width > 1);
    const share = Math.max(0, ...counts.map(([, members]) => members.length)) / Math.max(1, widths.length);
    if (share > best.share) best = { separator, share };
  }
  return best.separator;
}

function parse(text: string, delimiter: string, preview: number): string[][] {
  return Papa.parse<string[]>(text, { delimiter, preview, skipEmptyLines: false }).data;
}
