/**
 * The records of which the parts of a binary workbook (XLSB) consist, and whether a part is whole: of noise, the library makes
 * rows without end. [MS-XLSB] 2.1.4 (records), 2.1.7 (parts)
 */

export interface BinaryRecord {
  readonly type: number;
  readonly data: Buffer;
}

/** Type and length of each record take as many bytes as they need, seven bits in each. The last one may be cut off. */
export function* partRecords(part: Buffer): Generator<BinaryRecord> {
  let at = 0;
  const number = (most: number): number => {
    let value = 0;
    for (let place = 0; place < most; place += 1) {
      const byte = part[at++] ?? 0;
      value += (byte & 0x7f) * 128 ** place;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < part.length) {
    const type = number(2);
    const length = number(4);
    yield { type, data: part.subarray(at, at + length) };
    // Also where it ends behind the part.
    at += length;
  }
  if (at > part.length) yield { type: cutOff, data: Buffer.alloc(0) };
}

/** In the place of what should have come: no record has this number. */
const cutOff = -1;

/** The first and the last record of the parts that hold tables, or say how they look. */
const ends: readonly (readonly [name: RegExp, first: number, last: number])[] = [
  // Excel's index of a sheet lies beside it and is another stream.
  [/(?:^|\/)worksheets\/(?!binaryIndex)[^/]+\.bin$/iu, 129, 130],
  [/(?:^|\/)workbook\.bin$/iu, 131, 132],
  [/(?:^|\/)sharedStrings\.bin$/iu, 159, 160],
  [/(?:^|\/)styles\.bin$/iu, 278, 279],
];
const rowHeader = 0;
/** Cells of any kind: 2.4.310 to 2.4.323, and with texts in several looks. */
const isCell = (type: number): boolean => (type >= 1 && type <= 11) || type === 62;
const [mostRows, mostColumns] = [1_048_576, 16_384];

/** What follows in a record: so many bytes, a text, one with its looks and readings, or entries of so many bytes each. */
type Part = number | 'text' | 'rich' | { readonly each: number };

/** Records with counts by which the library goes, and what it reads of them: to four billion, where a count is noise. */
const counted: Readonly<Record<number, readonly Part[]>> = {
  6: [8, 'text'], // BrtCellSt
  8: [8, 'text'], // BrtFmlaString
  19: ['rich'], // BrtSSTItem
  39: [9, 'text'], // BrtName
  43: [21, 'text'], // BrtFont
  44: [2, 'text'], // BrtFmt
  62: [8, 'rich'], // BrtCellRString
  147: [19, 'text'], // BrtWsProp
  156: [8, 'text', 'text'], // BrtBundleSh
  355: ['text'], // BrtSupBookSrc
  362: [{ each: 12 }], // BrtExternSheet
  494: [16, 'text', 'text', 'text', 'text'], // BrtHLink
  550: ['text'], // BrtDrawing
  551: ['text'], // BrtLegacyDrawing
};
/** In the place of the length of a text that is not there. [MS-XLSB] 2.5.166 (XLNullableWideString) */
const noText = 0xffffffff;

/** Whether a record is as long as the counts in it say. [MS-XLSB] 2.5.169 (XLWideString), 2.5.122 (RichStr) */
function holdsItsCounts(data: Buffer, parts: readonly Part[]): boolean {
  let at = 0;
  const passOver = (bytesEach: number): void => {
    const count = at + 4 <= data.length ? data.readUInt32LE(at) : Infinity;
    at += 4 + (count === noText && bytesEach === 2 ? 0 : count * bytesEach);
  };
  for (const part of parts) {
    if (typeof part === 'number') at += part;
    else if (part === 'text') passOver(2);
    else if (part === 'rich') {
      const flags = data[at] ?? 0;
      at += 1;
      passOver(2);
      if (flags & 1) passOver(4);
    } else passOver(part.each);
  }
  return at <= data.length;
}

/** @throws Error naming what is wrong with a part that holds tables */
export function requireWholeBinary(name: string, part: Buffer): void {
  const [, first, last] = ends.find(([pattern]) => pattern.test(name)) ?? [];
  if (first === undefined) return;
  let before: number | null = null;
  let row = -1;
  for (const { type, data } of partRecords(part)) {
    if (before === null && type !== first) throw new Error(`${name} does not begin as such a part does`);
    before = type;
    const parts = counted[type];
    if (parts && !holdsItsCounts(data, parts)) throw new Error(`${name} says that it holds more than it does`);
    if (first !== 129) continue;
    if (type === rowHeader) {
      const next = data.length < 4 ? Infinity : data.readUInt32LE(0);
      if (next >= mostRows) throw new Error(`${name} names rows that no sheet has`);
      // As in XML, whoever comes twice or too late leaves it open what counts.
      if (next <= row) throw new Error(`${name} names a row twice`);
      row = next;
    } else if (isCell(type) && (data.length < 4 || data.readUInt32LE(0) >= mostColumns))
      throw new Error(`${name} names cells that no sheet has`);
  }
  if (before !== last) throw new Error(`${name} ends in the middle`);
}
