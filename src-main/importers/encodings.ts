/** Reads text whatever wrote it: UTF-8, UTF-16 or the Japanese encodings that Excel and older systems still use. */

import { OfficeError } from '../contract/errors.ts';
import { decodeCp932, everydayShare } from './cp932.ts';

export interface DecodedText {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'CP932' | 'EUC-JP' | 'ISO-2022-JP';
}

/**
 * Every character as it was written, or a refusal: nothing is replaced, and an encoding is never tried because another
 * one failed on most of a text. @throws OfficeError import-undecodable (with the line), import-encoding-unclear, import-not-text
 */
export async function decodeText(bytes: Uint8Array, fileName: string): Promise<DecodedText> {
  const decoded = await decode(bytes, fileName);
  // Text has no NUL: this is some other kind of file.
  if (decoded.text.includes('\0')) throw new OfficeError('import-not-text', { file: fileName });
  return decoded;
}

/** Of `everydayShare`, in what is taken for CP932. */
const leastEveryday = 0.75;

async function decode(bytes: Uint8Array, fileName: string): Promise<DecodedText> {
  const order = byteOrder(bytes);
  if (order !== null) {
    const text = decodeStrictly(order, bytes);
    if (text === null) throw new OfficeError('import-undecodable', { file: fileName, line: brokenLine(bytes, order) });
    return { text, encoding: order === 'utf-16le' ? 'UTF-16LE' : 'UTF-16BE' };
  }
  // ISO-2022-JP is ASCII with escapes, so it would pass for UTF-8.
  if (hasEscape(bytes)) {
    const decoded = await decodeByRoundTrip(bytes, 'JIS', 'ISO-2022-JP');
    if ('line' in decoded) throw new OfficeError('import-undecodable', { file: fileName, line: decoded.line });
    return decoded;
  }
  const text = decodeStrictly('utf-8', bytes);
  if (text !== null) return { text, encoding: 'UTF-8' };
  if (bytes.includes(0)) throw new OfficeError('import-not-text', { file: fileName });
  const { share, firstFault } = utf8Share(bytes);
  if (share > 0.5 && everydayShare(bytes) < leastEveryday)
    throw new OfficeError('import-undecodable', { file: fileName, line: lineOf(bytes, firstFault) });
  return decodeJapanese(bytes, fileName);
}

/** From the byte order mark; without one, from where the zero bytes of line ends, commas and digits are. */
function byteOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.length % 2 === 1) return null;
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const [even = 0, odd = 0] = zeros;
  const share = Math.max(even, odd) / (bytes.length / 2);
  if (share < 0.02 || Math.min(even, odd) > 0) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

function decodeStrictly(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The first line of UTF-16 that is not well-formed, or has half a character at the end of the file. */
function brokenLine(bytes: Uint8Array, order: 'utf-16le' | 'utf-16be'): number {
  const units = new Uint16Array(Math.floor(bytes.length / 2));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const index of units.keys()) units[index] = view.getUint16(2 * index, order === 'utf-16le');
  const isHigh = (unit = 0) => unit >> 10 === 0b110110;
  const isLow = (unit = 0) => unit >> 10 === 0b110111;
  const alone = (unit: number, index: number) =>
    (isHigh(unit) && !isLow(units[index + 1])) || (isLow(unit) && !isHigh(units[index - 1]));
  const fault = units.findIndex(alone);
  const before = units.subarray(0, fault < 0 ? units.length : fault);
  return 1 + before.filter((unit) => unit === 0x0a).length;
}

function hasEscape(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('\x1b$');
}

/**
 * How much of what is not ASCII is well-formed UTF-8, and where it first is not. Most of it, and the text is UTF-8 with
 * a damaged place, unless it is everyday Japanese in CP932: a few words of that can be well-formed by chance.
 */
function utf8Share(bytes: Uint8Array): { readonly share: number; readonly firstFault: number } {
  let good = 0;
  let bad = 0;
  let firstFault = -1;
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at]!;
    const length = byte < 0x80 ? 1 : byte < 0xc2 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 0;
    const follows = length > 1 && bytes.subarray(at + 1, at + length).every((next) => next >> 6 === 0b10);
    const whole = length === 1 || (follows && at + length <= bytes.length);
    if (byte >= 0x80) {
      if (whole) good += length;
      else bad += 1;
    }
    if (!whole && firstFault < 0) firstFault = at;
    at += whole ? length : 1;
  }
  return { share: good / Math.max(1, good + bad), firstFault };
}

/**
 * Two characters side by side of which one is full width. Bytes of Western encodings pass for single Japanese characters
 * between Latin letters, or for half-width katakana: such a text may be either, so it is not guessed.
 */
const japaneseWord =
  /[\u3000-\u30FF\u3400-\u9FFF\uFF01-\uFF60][\u0080-\uFFFF]|[\u0080-\uFFFF][\u3000-\u30FF\u3400-\u9FFF\uFF01-\uFF60]/u;

/**
 * Share of kana (full width) among what is not ASCII. Chinese, Korean and Cyrillic texts pass for Japanese ones byte by byte,
 * as kanji in EUC-JP and as half-width katakana in CP932, but hold hardly any kana then; Japanese sentences have them.
 */
function kanaShare(text: string): number {
  const all = text.match(/[^\0-\x7F]/gu)?.length ?? 0;
  return (text.match(/[\u3041-\u309F\u30A1-\u30FF]/gu)?.length ?? 0) / Math.max(1, all);
}
const leastKana = 0.1;

/** The one of the two encodings in which every byte is a character and the text is Japanese. */
async function decodeJapanese(bytes: Uint8Array, fileName: string): Promise<DecodedText> {
  // Loaded where a text needs it.
  const { default: Encoding } = await import('encoding-japanese');
  const decoded = decodeCp932(bytes, (run) => Encoding.convert(run, { to: 'UNICODE', from: 'SJIS' }));
  // Lists of names and parts have kanji alone, but those of every day.
  const isJapanese = (text: string) => kanaShare(text) >= leastKana || everydayShare(bytes) >= leastEveryday;
  if ('text' in decoded && isJapanese(decoded.text) && japaneseWord.test(decoded.text))
    return { text: decoded.text, encoding: 'CP932' };
  const other = await decodeByRoundTrip(bytes, 'EUCJP', 'EUC-JP');
  if ('text' in other && kanaShare(other.text) >= leastKana) return other;
  if ('text' in decoded || 'text' in other) throw new OfficeError('import-encoding-unclear', { file: fileName });
  // The right one of two goes further.
  const line = Math.max(other.line, lineOf(bytes, decoded.faultAt));
  throw new OfficeError('import-undecodable', { file: fileName, line });
}

/** The library puts a question mark where it knows no character: what does not lead back to the same bytes is a fault. */
async function decodeByRoundTrip(
  bytes: Uint8Array,
  from: 'EUCJP' | 'JIS',
  encoding: DecodedText['encoding'],
): Promise<DecodedText | { readonly line: number }> {
  const { default: Encoding } = await import('encoding-japanese');
  const codes = Encoding.convert(bytes, { to: 'UNICODE', from });
  const back = Uint8Array.from(Encoding.convert(codes, { to: from, from: 'UNICODE' }));
  const [before, after] = [bytes, back].map((side) => plainEscapes(side).split('\n')) as [string[], string[]];
  const line = before.findIndex((text, index) => text !== after[index]);
  return line >= 0 ? { line: line + 1 } : { text: Encoding.codeToString(codes), encoding };
}

/** Two escapes have a twin that means the same here: JIS X 0208 of 1978 and of 1983, ASCII and JIS-Roman. */
function plainEscapes(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return text.replaceAll('\x1b$@', '\x1b$B').replaceAll('\x1b(J', '\x1b(B');
}

/** From 1. */
function lineOf(bytes: Uint8Array, at: number): number {
  return 1 + bytes.subarray(0, at).filter((byte) => byte === 0x0a).length;
}
