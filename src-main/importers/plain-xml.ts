/**
 * XML as the spreadsheet library reads it whole: it cuts characters beyond U+FFFF that are written as numbers, and passes over
 * comments and sections of raw text. https://www.w3.org/TR/xml/#sec-references, #sec-cdata-sect, #sec-comments
 */

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

/** Parts that say what stands in which cell; of one that ends in the middle, or that names cells which no sheet has, the library keeps what it likes. */
const tables = /(?:^|\/)(?:worksheets\/[^/]+|sharedStrings|workbook|content)\.xml$/iu;
const root = /<([A-Za-z_][\w.:-]*)[\s/>]/u;
/** Sheets end at XFD1048576. ECMA-376 Part 1, 18.2.28 */
const beyond = /<(?:\w+:)?(?:c|row)\b[^<>]*\sr="(?:[A-Z]{4}|[A-Z]{0,3}\d{8})/u;

/** @throws Error naming what is wrong with a part that holds tables */
export function requireWhole(name: string, part: Buffer): void {
  if (!tables.test(name)) return;
  const text = part.toString('latin1');
  // Another encoding than UTF-8, in which no program writes them, is left to the library.
  if (text.includes('\0')) return;
  const element = root.exec(text)?.[1];
  const end = text.slice(-1000).replace(/(?:\s|<!--[^]*?-->)+$/u, '');
  const isEmpty = element !== undefined && end.endsWith('/>') && text.lastIndexOf('<') === text.search(root);
  if (element === undefined || !(end.endsWith(`</${element}>`) || isEmpty))
    throw new Error(`${name} ends in the middle`);
  if (beyond.test(text)) throw new Error(`${name} names cells that no sheet has`);
}
