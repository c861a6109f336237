/**
 * XML that the spreadsheet library may read: whole, no deeper than programs write it, and of no more cells than sheets have. Of
 * other XML it looks for what is not there again and again, or keeps what it likes.
 */

import { OfficeError } from '../contract/errors.ts';

/** Parts that say what stands in which cell. */
const tables = /(?:^|\/)(?:worksheets\/[^/]+|sharedStrings|workbook|content)\.xml$/iu;
/**
 * Sheets end at XFD1048576, and of one that names further cells the library keeps what it likes; in every spelling that it takes.
 * ECMA-376 Part 1, 18.2.28
 */
const beyond = /<(?:\w+:)?(?:c|row)\b[^<>]*[rR](?:_[^\s=<>]*)?\s*=\s*["']?[\s+]*(?:[A-Z]{4}|[A-Z]{0,3}\d{8})/u;

/** Widths of columns: each is described once, and the library keeps one after the other. ECMA-376 Part 1, 18.3.1.13 */
const widths = /<(?:\w+:)?col\b([^<>]*)>/gu;
const mostColumns = 16_384;
/** As the library finds them: also in other quotes, without any, with blanks, a prefix or an ending of the name. */
const attribute = /\s([^"\s?>/]+)\s*=\s*("[^"]*"|'[^']*'|[^'">\s]+)/gu;

/** How many columns a tag describes: of an end that is given twice, the one that is further away. */
function columnsOf(attributes: string): number {
  const ends: { readonly min: number[]; readonly max: number[] } = { min: [], max: [] };
  for (const [, name = '', value = ''] of attributes.matchAll(attribute)) {
    const [key = ''] = name.split('=', 1);
    const end = key.includes(':') ? key.slice(key.indexOf(':') + 1) : key.replace(/(?!^)_.*$/u, '');
    const place = Number.parseInt(value.replace(/^["']/u, ''), 10);
    const found = { min: ends.min, max: ends.max }[end.toLowerCase()];
    if (found && !Number.isNaN(place)) found.push(place);
  }
  const from = ends.min.length > 0 ? Math.min(...ends.min) : 1;
  return Math.max(1, Math.max(from, ...ends.max) - from + 1);
}

/** Files begin with a mark of their encoding, or with the sign that begins a tag. https://www.w3.org/TR/xml/#sec-guessing */
const beginnings = [
  { begins: 'fffe', skip: 2, swapped: false },
  { begins: '3c00', skip: 0, swapped: false },
  { begins: 'feff', skip: 2, swapped: true },
  { begins: '003c', skip: 0, swapped: true },
] as const;

/** The part in UTF-8, in which alone what is checked here is what the library reads; no XML holds a NUL. */
function inUtf8(name: string, part: Buffer): Buffer {
  const start = part.toString('hex', 0, 2);
  const found = beginnings.find(({ begins }) => begins === start);
  if (!found) {
    if (part.includes(0)) throw damaged(name);
    return part;
  }
  if (part.length % 2 !== 0) throw damaged(name);
  const units = Buffer.from(part.subarray(found.skip));
  const text = (found.swapped ? units.swap16() : units).toString('utf16le');
  if (text.includes('\0')) throw damaged(name);
  return Buffer.from(text);
}

/**
 * @returns the part in UTF-8; signs in values that the library takes for the end of a tag are written as XML can write them, too
 * @throws OfficeError import-nested-too-deep, or an Error naming what is wrong with it
 */
export function requireWhole(name: string, written: Buffer): Buffer {
  const part = inUtf8(name, written);
  const { elements, inValues } = requireWellFormed(name, part);
  const plain = escapedAt(part, inValues);
  if (elements === 0 && tables.test(name)) throw new Error(`${name} holds nothing`);
  const text = plain.toString('latin1');
  if (beyond.test(text)) throw new Error(`${name} names cells that no sheet has`);
  let columns = 0;
  for (const [, attributes = ''] of text.matchAll(widths)) {
    columns += columnsOf(attributes);
    if (columns > mostColumns) throw new Error(`${name} describes more columns than a sheet has`);
  }
  return plain;
}

function escapedAt(bytes: Buffer, places: readonly number[]): Buffer {
  if (places.length === 0) return bytes;
  const written = '&gt;';
  const escaped = Buffer.alloc(bytes.length + places.length * (written.length - 1));
  let [from, to] = [0, 0];
  for (const place of places) {
    to += bytes.copy(escaped, to, from, place);
    to += escaped.write(written, to, 'latin1');
    from = place + 1;
  }
  bytes.copy(escaped, to, from);
  return escaped;
}

/** Elements in each other; programs write some twenty, and most parsers of XML go no deeper. */
const deepest = 256;
const sign = { '!': 0x21, '"': 0x22, "'": 0x27, '/': 0x2f, '<': 0x3c, '>': 0x3e, '?': 0x3f } as const;
/** Of what is no tag, how it begins and ends. */
const others = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
  ['<?', '>'],
] as const;

interface Tag {
  readonly kind: 'opening' | 'closing' | 'empty';
  /** Where its name begins and ends, and where the tag itself ends. */
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/**
 * Everything that begins has its end, in order. The library looks for ends that are not there from each beginning, as our own
 * patterns would, and takes the longer the deeper elements lie in each other.
 * @returns how many elements there are, and where signs stand in values that could be the end of a tag
 */
function requireWellFormed(
  name: string,
  bytes: Buffer,
): { readonly elements: number; readonly inValues: readonly number[] } {
  const open: Tag[] = [];
  const inValues: number[] = [];
  let elements = 0;
  for (let at = bytes.indexOf(sign['<']); at >= 0; at = bytes.indexOf(sign['<'], at)) {
    if (bytes[at + 1] === sign['!'] || bytes[at + 1] === sign['?']) {
      at = endOfOther(name, bytes, at);
      continue;
    }
    const tag = tagAt(name, bytes, at, inValues);
    at = tag.end;
    if (tag.kind === 'closing') {
      const begun = open.pop();
      if (!begun || !sameName(bytes, begun, tag)) throw damaged(name);
      continue;
    }
    elements += 1;
    if (tag.kind === 'opening' && open.push(tag) > deepest)
      throw new OfficeError('import-nested-too-deep', { part: name, most: deepest });
  }
  if (open.length > 0) throw damaged(name);
  return { elements, inValues };
}

const damaged = (name: string): Error => new Error(`${name} is broken off or holds what no XML may`);

/** The tag that begins there; values in quotes may hold the sign that ends it, and none that begins another. */
function tagAt(name: string, bytes: Buffer, begin: number, inValues: number[]): Tag {
  const closing = bytes[begin + 1] === sign['/'];
  const from = begin + (closing ? 2 : 1);
  let to = from;
  while (to < bytes.length && !endsName(bytes[to]!)) to += 1;
  let quote: number | null = null;
  for (let at = to; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte === sign['<']) break;
    if (quote !== null) {
      if (byte === quote) quote = null;
      else if (byte === sign['>']) inValues.push(at);
    } else if (byte === sign['>']) {
      const empty = bytes[at - 1] === sign['/'];
      return { kind: closing ? 'closing' : empty ? 'empty' : 'opening', from, to, end: at + 1 };
    } else if (byte === sign['"'] || byte === sign["'"]) quote = byte;
  }
  throw damaged(name);
}

/** A blank, or a sign that ends the tag or should not be there. */
const endsName = (byte: number): boolean =>
  byte <= 0x20 || byte === sign['/'] || byte === sign['>'] || byte === sign['<'];

function sameName(bytes: Buffer, one: Tag, other: Tag): boolean {
  return bytes.compare(bytes, one.from, one.to, other.from, other.to) === 0;
}

/** Where a comment, raw text, a declaration or an instruction ends. */
function endOfOther(name: string, bytes: Buffer, at: number): number {
  const [begins, ends] = others.find(([start]) => bytes.toString('latin1', at, at + start.length) === start)!;
  const end = bytes.indexOf(ends, at + begins.length);
  if (end < 0) throw damaged(name);
  return end + ends.length;
}
