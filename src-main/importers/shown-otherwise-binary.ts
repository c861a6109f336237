/**
 * The same of the binary formats of Excel: XLS as a stream of records, XLSB as a part of records for each sheet.
 * [MS-XLS] 2.4.28 (BoundSheet8), 2.4.346 (Window2), 2.4.56 (CondFmt), 2.4.42 (CF), 2.4.43 (CF12), 2.5.92 (DXFN);
 * [MS-XLSB] 2.4.304 (BrtBundleSh), 2.4.204 (BrtBeginWsView), 2.4.39 (BrtBeginConditionalFormatting), 2.4.25 (BrtBeginCFRule)
 */

import { type BinaryRecord, partRecords } from './binary-records.ts';
import { type CellRange, type Files, nothingOtherwise, type ShownOtherwise } from './cell-ranges.ts';

interface Found extends ShownOtherwise {
  hidesZeros: boolean;
  readonly byCondition: CellRange[];
}

const nothing = (): Found => ({ ...nothingOtherwise, byCondition: [] });
/** Of the flags of a window, in both formats. */
const showsZeros = 0x10;
/** Of a differential format: it brings a number format. */
const bringsNumberFormat = 0x0200_0000;

/** Of each sheet of the stream `Workbook` of an XLS file. */
export function shownOtherwiseInStream(stream: Buffer): readonly ShownOtherwise[] {
  const places: number[] = [];
  for (const { type, data } of streamRecords(stream, 0)) if (type === 0x0085) places.push(data.readUInt32LE(0));
  return places.map((place) => {
    // Of one that is not there, the library says that it is empty.
    if (place + 4 > stream.length || stream.readUInt16LE(place) !== 0x0809) throw new Error(`no sheet at ${place}`);
    const sheet = nothing();
    let ranges: readonly CellRange[] = [];
    for (const { type, data } of streamRecords(stream, place)) {
      if (type === 0x023e) sheet.hidesZeros ||= (data.readUInt16LE(0) & showsZeros) === 0;
      // The ranges, and behind them the rules that hold for them; CondFmt12 and CF12 have a header of 12 bytes before.
      if (type === 0x01b0) ranges = rangesAt(data, 12, 2);
      if (type === 0x0879) ranges = rangesAt(data, 24, 2);
      const flags = type === 0x01b1 ? 6 : type === 0x087a ? 22 : 0;
      const isFormat = flags > 0 && data.length >= flags + 4 && (data.readUInt32LE(flags) & bringsNumberFormat) !== 0;
      if (isFormat) sheet.byCondition.push(...ranges);
    }
    return sheet;
  });
}

/** From a place on to the end of what begins there; parts within it (charts) are passed over. */
function* streamRecords(stream: Buffer, from: number): Generator<BinaryRecord> {
  let depth = 0;
  for (let at = from; at + 4 <= stream.length;) {
    const type = stream.readUInt16LE(at);
    const end = at + 4 + stream.readUInt16LE(at + 2);
    if (end > stream.length) return;
    if (type === 0x0809) depth += 1;
    if (type === 0x000a && --depth === 0) return;
    if (depth === 1) yield { type, data: stream.subarray(at + 4, end) };
    at = end;
  }
}

/** Of each sheet of an XLSB file. @param partsOf the names of the parts, by the ids of their relations */
export function recordsOfBinary(
  files: Files,
  workbook: string,
  partsOf: (ids: readonly string[]) => readonly string[],
): readonly ShownOtherwise[] {
  const ids = [...partRecords(files.get(workbook)!)].flatMap(({ type, data }) =>
    type === 156 ? [wideText(data, 8)] : [],
  );
  const styles = [...files].find(([name]) => /(?:^|\/)styles\.bin$/iu.test(name))?.[1] ?? Buffer.alloc(0);
  const formats = [...partRecords(styles)].filter(({ type }) => type === 507);
  const formatted = new Set([...formats.keys()].filter((at) => hasNumberFormat(formats[at]!.data)));
  return partsOf(ids).map((name) => {
    const sheet = nothing();
    let ranges: readonly CellRange[] = [];
    for (const { type, data } of partRecords(files.get(name) ?? Buffer.alloc(0))) {
      if (type === 137) sheet.hidesZeros ||= (data.readUInt16LE(0) & showsZeros) === 0;
      if (type === 461) ranges = rangesAt(data, 8, 4);
      if (type === 463 && formatted.has(data.readUInt32LE(8))) sheet.byCondition.push(...ranges);
    }
    return sheet;
  });
}

const wideText = (data: Buffer, at: number): string =>
  data.subarray(at + 4, at + 4 + 2 * data.readUInt32LE(at)).toString('utf16le');

/** Properties of a differential format: a number format by its text (0x26) or its number (0x29). [MS-XLS] 2.5.281 (XFProp) */
function hasNumberFormat(data: Buffer): boolean {
  for (let at = 6; at + 4 <= data.length; at += Math.max(4, data.readUInt16LE(at + 2)))
    if ([0x26, 0x29].includes(data.readUInt16LE(at))) return true;
  return false;
}

/** A count, and rows and columns of each range, in numbers of so many bytes. */
function rangesAt(data: Buffer, begin: number, bytes: 2 | 4): readonly CellRange[] {
  const read = (at: number) => data.readUIntLE(at, bytes);
  const count = Math.min(read(begin), Math.floor((data.length - begin - bytes) / (4 * bytes)));
  return Array.from({ length: count }, (_, place) => {
    const [top = 0, bottom = 0, left = 0, right = 0] = [0, 1, 2, 3].map((at) =>
      read(begin + bytes + (4 * place + at) * bytes),
    );
    return { top, left, bottom, right };
  });
}
