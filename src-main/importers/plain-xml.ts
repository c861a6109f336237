/**
 * XML as the spreadsheet library reads it whole: it cuts characters beyond U+FFFF that are written as numbers, and passes over
 * comments and sections of raw text. https://www.w3.org/TR/xml/#sec-references, #sec-cdata-sect, #sec-comments
 */

import { OfficeError } from '../contract/errors.ts';

const rewritten = /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|&#(x[0-9a-fA-F]+|\d+);/gu;
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The same content without what the library misreads; the same bytes where there is nothing of the kind. */
export function plainXml(part: Buffer): Buffer {
  if (!['<![CDATA[', '<!--', '&#'].some((sign) => part.includes(sign))) return part;
  return Buffer.from(part.toString('utf8').replace(rewritten, plain));
}

function plain(found: string, raw: string | undefined, number: string | undefined): string {
  if (raw !== undefined) return raw.replace(/[&<>]/gu, (sign) => escapes[sign]!);
  if (number === undefined) return '';
  const code = Number(number.startsWith('x') ? `0${number}` : number);
  return code > 0xffff && code <= 0x10ffff ? String.fromCodePoint(code) : found;
}

/** Parts that say what stands in which cell; of one that names cells which no sheet has, the library keeps what it likes. */
const tables = /(?:^|\/)(?:worksheets\/[^/]+|sharedStrings|workbook|content)\.xml$/iu;
/** Sheets end at XFD1048576. ECMA-376 Part 1, 18.2.28 */
const beyond = /<(?:\w+:)?(?:c|row)\b[^<>]*\sr="(?:[A-Z]{4}|[A-Z]{0,3}\d{8})/u;

/** Widths of columns: each is described once, and the library keeps one after the other. ECMA-376 Part 1, 18.3.1.13 */
const widths = /<(?:\w+:)?col\b([^<>]*)>/gu;
const mostColumns = 16_384;

/**
 * @returns the part; signs in values that the library takes for the end of a tag are written as XML can write them, too
 * @throws OfficeError import-nested-too-deep, or an Error naming what is wrong with it
 */
export function requireWhole(name: string, part: Buffer): Buffer {
  // Another encoding than UTF-8, in which no program writes them, is left to the library.
  if (part.includes(0)) return part;
  const { elements, inValues } = requireWellFormed(name, part);
  const plain = escapedAt(part, inValues);
  if (!tables.test(name)) return plain;
  if (elements === 0) throw new Error(`${name} holds nothing`);
  const text = plain.toString('latin1');
  if (beyond.test(text)) throw new Error(`${name} names cells that no sheet has`);
  let columns = 0;
  for (const [, attributes = ''] of text.matchAll(widths)) {
    const [from, to] = ['min', 'max'].map((end) =>
      Number(new RegExp(`\\b${end}="(\\d+)"`, 'u').exec(attributes)?.[1] ?? 1),
    );
    columns += Math.max(0, to! - from!) + 1;
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

const damaged = (name: string): Error => new Error(`${name} ends in the middle`);

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
