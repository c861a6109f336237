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
